//! Every format, and what people and others do to it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod made;

use knowledge::{About, Format, Piece, Place, Refusal, read};
use made::*;

fn reads(name: &str, bytes: impl AsRef<[u8]>) -> (About, Vec<Piece>) {
    let folder = tempfile::tempdir().unwrap();
    read(&write(folder.path(), name, bytes)).unwrap()
}

fn refuses(name: &str, bytes: impl AsRef<[u8]>) -> Refusal {
    let folder = tempfile::tempdir().unwrap();
    match read(&write(folder.path(), name, bytes)) {
        Ok((about, pieces)) => panic!("{name} was read: {about:?} {pieces:?}"),
        Err(refusal) => refusal,
    }
}

#[track_caller]
fn is(piece: &Piece, place: Place, heading: &str, text: &str) {
    let own = piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!((piece.place, piece.heading.as_str(), own.as_str()), (place, heading, text));
}

#[test]
fn text_has_paragraphs_chapters_and_lines() {
    let (about, pieces) = reads(
        "a.txt",
        "第一章 灯塔\r\n\r\n她住在那里。\r\n没有人知道。\r\n\r\n第二章 海\r\n浪很高。",
    );
    assert_eq!((about.format, about.title), (Format::Text, None));
    is(&pieces[0], Place::Line(3), "第一章 灯塔", "她住在那里。 没有人知道。");
    is(&pieces[1], Place::Line(7), "第二章 海", "浪很高。");
    let (_, pieces) = reads(
        "b.txt",
        "Chapter IV\nShe waits.\n\nPart of the plan failed, they said, and it was late.",
    );
    is(&pieces[0], Place::Line(2), "Chapter IV", "She waits.");
    is(
        &pieces[1],
        Place::Line(4),
        "Chapter IV",
        "Part of the plan failed, they said, and it was late.",
    );
}

#[test]
fn text_comes_in_many_encodings() {
    let text = "第一章　灯台\n\n彼女はそこに三十年住んでいた。\n";
    let wide: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in
        [text.as_bytes().to_vec(), encoding_rs::SHIFT_JIS.encode(text).0.into_owned(), wide]
    {
        let (_, pieces) = reads("a.txt", bytes);
        is(&pieces[0], Place::Line(3), "第一章 灯台", "彼女はそこに三十年住んでいた。");
    }
    let (_, pieces) =
        reads("a.txt", encoding_rs::GBK.encode("她在灯塔里住了三十年，没有人知道为什么。").0);
    is(&pieces[0], Place::Line(1), "", "她在灯塔里住了三十年，没有人知道为什么。");
}

#[test]
fn markdown_has_headings_and_no_marks() {
    let (about, pieces) = reads(
        "a.md",
        "---\ntitle: x\n---\n# Lamp\n\nIt **burns** [oil](http://x).\n\n## Parts\n\n- wick\n- glass\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    );
    assert_eq!(about.title.as_deref(), Some("Lamp"));
    is(&pieces[0], Place::Line(6), "Lamp", "It burns oil.");
    is(&pieces[1], Place::Line(10), "Lamp › Parts", "- wick - glass");
    is(&pieces[2], Place::Line(13), "Lamp › Parts", "a | b | 1 | 2 |");
}

#[test]
fn html_says_its_words_and_runs_nothing() {
    let (about, pieces) = reads(
        "a.html",
        "<!doctype html><title>The &amp; Lamp</title><script>var evil = '<p>no</p>'</script><style>p{}</style>\
         <h1>Oil</h1><p>It\nburns <i>colza</i> oil.<h2>Wick</h2><ul><li>one<li>two</ul><!-- no --><p onclick=x>End &lt;here&gt;",
    );
    assert_eq!(about.title.as_deref(), Some("The & Lamp"));
    is(&pieces[0], Place::Whole, "Oil", "It burns colza oil.");
    is(&pieces[1], Place::Whole, "Oil › Wick", "- one - two");
    is(&pieces[2], Place::Whole, "Oil › Wick", "End <here>");
    assert_eq!(pieces.len(), 3);
    let long = "Oil ".repeat(40);
    let (about, pieces) = reads(
        "b.html",
        format!(
            "<html><title>Lamps</title><svg><title>Menu</title></svg><h1>{long}</h1><table><tr><th>Name<th>Year</tr>\
             <tr><td><p>Noss</p></td><td><div>1907</div></td></tr></table><table><tr><td><p>{long}{long}</p><p>Apart</table>"
        ),
    );
    assert_eq!(about.title.as_deref(), Some("Lamps"));
    let heading = &pieces[0].heading;
    is(&pieces[0], Place::Whole, heading, long.trim());
    is(&pieces[1], Place::Whole, heading, "Name | Year Noss | 1907 |");
    is(&pieces[2], Place::Whole, heading, long.repeat(2).trim());
    is(&pieces[3], Place::Whole, heading, "Apart");
    let cells = format!(
        "<table><tr><td></td><td><p>{long}{long}</p></td><td><p>Next</p></td></tr></table>"
    );
    let (_, pieces) = reads("c.html", cells);
    is(&pieces[1], Place::Whole, "", "Next |");
    let (_, pieces) = reads("d.html", format!("x<hr>{}y", "<td>".repeat(100_000)));
    assert_eq!(pieces.len(), 2);
    assert!(pieces[1].text.len() < 1 << 16, "empty cells are not kept");
    let deep = format!("<html>{}x{}", "<div>".repeat(200_000), "</div>".repeat(200_000));
    assert_eq!(reads("deep.html", deep).1.len(), 1);
}

#[test]
fn books_are_read_in_the_order_of_their_spine() {
    let (about, pieces) = reads("a.epub", epub());
    assert_eq!((about.format, about.title.as_deref()), (Format::Epub, Some("Tides & Lamps")));
    is(&pieces[0], Place::Chapter(1), "The Tide › Spring", "It rises twice a day.");
    is(&pieces[1], Place::Chapter(1), "The Tide › Spring", "灯台がある。");
    is(&pieces[2], Place::Chapter(2), "The Lamp", "It burns whale oil.");
    assert_eq!(pieces.len(), 3);
}

#[test]
fn word_documents_have_headings_tables_and_pages() {
    for main in ["word/document.xml", "word/document2.xml"] {
        let (about, pieces) = reads("a.docx", docx(main));
        assert_eq!((about.format, about.title.as_deref()), (Format::Docx, Some("Handbook")));
        is(&pieces[0], Place::Page(1), "Oil & Wicks", "The wick is trimmed every four hours.");
        is(&pieces[1], Place::Page(1), "Oil & Wicks", "Oil | Colza |");
        is(&pieces[2], Place::Page(2), "Oil & Wicks", "On the second page. After Brandt & Lie.");
        assert_eq!(pieces.len(), 3);
    }
    let long = "It burns. ".repeat(20);
    let item = |text: &str| {
        format!("<w:p><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let document = format!(
        "<w:document><w:body>{}{}{}</w:body></w:document>",
        item("Oil"),
        item(&long),
        item("Wick")
    );
    let (_, pieces) = reads("list.docx", zip(&[("word/document.xml", document.as_bytes())]));
    is(&pieces[0], Place::Whole, "Oil", long.trim());
    is(&pieces[1], Place::Whole, "Wick", "Wick");
    assert_eq!(pieces.len(), 2);
    let next = "</w:t><w:lastRenderedPageBreak/><w:t>Wick";
    let document =
        format!("<w:document><w:body>{}{}</w:body></w:document>", item("Oil"), item(next));
    let (_, pieces) = reads("pages.docx", zip(&[("word/document.xml", document.as_bytes())]));
    is(&pieces[0], Place::Page(1), "Oil", "Oil");
    is(&pieces[1], Place::Page(2), "Wick", "Wick");
}

#[test]
fn pdfs_become_lines_paragraphs_and_pages() {
    let first = "BT /F1 12 Tf 50 700 Td (The lamp was lit at) Tj 0 -14 Td (dusk, and the keep-) Tj 0 -14 Td (er slept.) Tj \
        0 -60 Td [(Ke) 20 (rned) -400 (words)] TJ ET";
    let second = format!(
        "BT /F2 14 Tf 50 700 Td {} Tj 0 -16 Td {} Tj ET",
        hex("灯塔建于"),
        hex("一九〇七年。")
    );
    let (about, pieces) = reads("a.pdf", pdf(&[first, &second]));
    assert_eq!(about.format, Format::Pdf);
    is(&pieces[0], Place::Page(1), "", "The lamp was lit at dusk, and the keeper slept.");
    is(&pieces[1], Place::Page(1), "", "Kerned words");
    is(&pieces[2], Place::Page(2), "", "灯塔建于一九〇七年。");
}

#[test]
fn pdfs_of_the_far_east_are_read_by_their_encodings() {
    let font = |encoding: &str| {
        format!("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{encoding} /DescendantFonts [6 0 R] >>").into_bytes()
    };
    let gbk: String =
        encoding_rs::GBK.encode("灯塔建成").0.iter().map(|byte| format!("{byte:02x}")).collect();
    for (encoding, text) in [("UniGB-UCS2-H", hex("灯塔建成")), ("GBK-EUC-H", format!("<{gbk}>"))]
    {
        let objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_vec(),
            font(encoding),
            stream("", format!("BT /F1 12 Tf 50 700 Td {text} Tj ET").as_bytes()),
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>".to_vec(),
        ];
        let (_, pieces) = reads("a.pdf", pdf_of(&objects, ""));
        is(&pieces[0], Place::Page(1), "", "灯塔建成");
    }
    // A name where the map to Unicode belongs, as some programs write it.
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_vec(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /ToUnicode /Identity-H /DescendantFonts [6 0 R] >>".to_vec(),
        stream("", format!("BT /F1 12 Tf 50 700 Td {} Tj ET", hex("灯塔建成")).as_bytes()),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>".to_vec(),
    ];
    let (_, pieces) = reads("a.pdf", pdf_of(&objects, ""));
    is(&pieces[0], Place::Page(1), "", "灯塔建成");
}

#[test]
fn letters_that_a_pdf_draws_twice_are_read_once() {
    let page = "BT /F1 12 Tf 50 700 Td (Hello, little hall) Tj ET BT /F1 12 Tf 50.3 700 Td (Hello, little hall) Tj ET \
        BT /F1 12 Tf 50 640 Td (A) Tj -8 0 Td (A) Tj 8.2 0 Td (A) Tj ET";
    let (_, pieces) = reads("a.pdf", pdf(&[page]));
    is(&pieces[0], Place::Page(1), "", "Hello, little hall");
    assert_eq!(pieces[1].text.matches('A').count(), 2, "{:?}", pieces[1].text);
}

#[test]
fn tables_name_their_columns() {
    let (_, pieces) = reads("a.csv", "name;year\n\"Noss; light\";1907\n;1911\n");
    is(&pieces[0], Place::Row(1), "", "name: Noss; light; year: 1907");
    is(&pieces[1], Place::Row(2), "", "year: 1911");
    let (_, pieces) = reads("b.csv", "sep=;\r\nname;year\r\nNoss, light;1907\r\n");
    is(&pieces[0], Place::Row(1), "", "name: Noss, light; year: 1907");
    let (_, pieces) = reads("a.tsv", "名前\t年\n灯台\t1907\n");
    is(&pieces[0], Place::Row(1), "", "名前: 灯台; 年: 1907");
}

#[test]
fn subtitles_have_times() {
    let (_, pieces) = reads(
        "a.srt",
        "1\r\n00:01:02,500 --> 00:01:04,000\r\n<i>Who is</i>\r\nthere?\r\n\r\n2\r\n01:00:00,000 --> 01:00:01,000\r\n{\\an8}Me.\r\n",
    );
    is(&pieces[0], Place::Time(62_500), "", "Who is there?");
    is(&pieces[1], Place::Time(3_600_000), "", "Me.");
    let (_, pieces) = reads(
        "a.vtt",
        "WEBVTT\n\nNOTE hi\n\nx\n00:05.000 --> 00:06.000 align:start\n<v Ann>Hello &amp; bye\n",
    );
    is(&pieces[0], Place::Time(5_000), "", "Hello & bye");
    let (about, pieces) = reads(
        "a.ass",
        "[Script Info]\nTitle: Night\n[V4+ Styles]\nFormat: Name, Fontname\n[Events]\n\
         Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
         Dialogue: 0,0:00:03.00,0:00:05.00,Default,Sign,0,0,0,,{\\pos(1,2)\\p1}m 0 0 l 9 0{\\p0}\n\
         Dialogue: 0,0:00:03.50,0:00:05.00,Default,Koto,0,0,0,,{\\i1}Wait,{\\i0}\\N{\\p2}m 0 0{\\p0}please\n",
    );
    assert_eq!(about.title.as_deref(), Some("Night"));
    is(&pieces[0], Place::Time(3_500), "", "Koto: Wait, please");
}

#[test]
fn dumps_of_wikis_are_articles_packed_or_not() {
    let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    std::io::Write::write_all(&mut packed, WIKI.as_bytes()).unwrap();
    for (name, bytes) in
        [("wiki.xml", WIKI.as_bytes().to_vec()), ("wiki.xml.bz2", packed.finish().unwrap())]
    {
        let (about, pieces) = reads(name, bytes);
        assert_eq!((about.format, about.title.as_deref()), (Format::Wiki, Some("Noss Wiki")));
        is(&pieces[0], Place::Whole, "Lighthouse", "Noss light was built in 1907 by Elsa Brandt.");
        is(&pieces[1], Place::Whole, "Lighthouse › Lamp", "It burns colza oil & never fails.");
        is(&pieces[2], Place::Whole, "灯塔", "北岛灯塔建于1907年，由艾尔莎设计。");
        assert_eq!(pieces.len(), 3);
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_reason() {
    let scanned = pdf_of(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>".to_vec(),
            stream("", b"q 9 0 0 9 0 0 cm /I Do Q"),
            stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", b"\0"),
        ],
        "",
    );
    let locked = pdf_of(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
            format!(
                "<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{0}> /U <{0}> >>",
                "ab".repeat(32)
            )
            .into_bytes(),
        ],
        "/Encrypt 3 0 R /ID [<00> <00>]",
    );
    let lamed = pdf_of(
        &[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec(),
            b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 >>".to_vec(),
        ],
        "/Encrypt 3 0 R /ID [<00> <00>]",
    );
    let drm = zip(&[
        ("META-INF/container.xml", b"<c><rootfile full-path='b.opf'/></c>"),
        (
            "META-INF/encryption.xml",
            b"<e><EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes256-cbc'/></e>",
        ),
    ]);
    let ole = [&[0xd0u8, 0xcf, 0x11, 0xe0][..], &[0; 600]].concat();
    let half = &epub()[..200];
    let blank = pdf(&["BT ET"]);
    let cut = blank[..blank.len() - 12].to_vec();
    for (name, bytes, code) in [
        ("scanned.pdf", scanned, "scanned"),
        ("locked.pdf", locked, "protected"),
        ("lamed.pdf", lamed, "protected"),
        ("broken.pdf", b"%PDF-1.4 nothing".to_vec(), "damaged"),
        ("drm.epub", drm, "protected"),
        ("locked.docx", ole.clone(), "protected"),
        ("old.doc", ole, "unknown"),
        ("half.epub", half.to_vec(), "damaged"),
        ("cut.pdf", cut, "damaged"),
        ("other.zip", zip(&[("a.txt", b"x")]), "archive"),
        ("sheet.xlsx", zip(&[("[Content_Types].xml", b"<Types/>")]), "unknown"),
        ("talks.7z", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "archive"),
        ("talks.tar", [&[b'a'; 257][..], b"ustar\0"].concat(), "archive"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0".to_vec(), "unknown"),
        ("empty.txt", Vec::new(), "empty"),
        ("old.rtf", b"{\\rtf1\\ansi The lamp.}".to_vec(), "unknown"),
        (
            "book.fb2",
            b"<?xml version='1.0'?><FictionBook><p>x</p></FictionBook>".to_vec(),
            "unknown",
        ),
        ("feed.xml", b"<rss><item>x</item></rss>".to_vec(), "unknown"),
        ("cut.xml", b"<mediawiki><page><title>a</wrong>".to_vec(), "damaged"),
    ] {
        let refusal = refuses(name, bytes);
        assert_eq!(refusal.code(), code, "{name}: {refusal}");
        assert!(refusal.to_string().contains(' '), "{name}");
    }
    assert_eq!(read(std::path::Path::new("/no/such/file")).unwrap_err().code(), "open");
}

#[test]
fn bombs_are_found_before_they_go_off() {
    let zeros = deflated(&vec![b' '; 136 << 20]);
    let page = pdf(&["BT ET"]);
    let bomb = {
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>".to_vec(),
        ];
        objects.push(stream("/Filter /FlateDecode", &zeros));
        pdf_of(&objects, "")
    };
    assert!(bomb.len() < 300_000 && page.len() < bomb.len());
    assert_eq!(refuses("bomb.pdf", &bomb).code(), "bomb");
    let twice = deflated(&zeros);
    let mut objects = vec![b"<< >>".to_vec()];
    objects.push(stream("/Filter [/FlateDecode /FlateDecode]", &twice));
    assert_eq!(refuses("twice.pdf", pdf_of(&objects, "")).code(), "bomb");
    let large = vec![b' '; 80 << 20];
    let book = zip(&[
        ("META-INF/container.xml", b"<c><rootfile full-path='b.opf'/></c>"),
        ("b.opf", &large),
    ]);
    assert!(book.len() < 200_000);
    assert_eq!(refuses("bomb.epub", book).code(), "bomb");
}

#[test]
fn entities_that_a_document_defines_are_not_expanded() {
    let laughs = "<!DOCTYPE m [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><mediawiki><page><title>x</title><ns>0</ns>\
        <revision><text>One &b; two</text></revision></page></mediawiki>";
    let (_, pieces) = reads("a.xml", laughs);
    is(&pieces[0], Place::Whole, "x", "One two");
}

#[test]
fn forms_that_draw_each_other_without_end_are_ended() {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> /Font << /F1 15 0 R >> >> >>".to_vec(),
        stream("", b"BT /F1 12 Tf (Before the flood) Tj ET /X Do"),
    ];
    // Ten forms, each drawing the next twenty times: 20^10 in the end.
    for at in 0..10 {
        let next = 6 + at;
        let resources = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        objects.push(stream(&resources, "/X Do ".repeat(20).as_bytes()));
    }
    objects.push(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec());
    let began = std::time::Instant::now();
    let (_, pieces) = reads("forms.pdf", pdf_of(&objects, ""));
    assert_eq!(pieces[0].text, "Before the flood");
    assert!(began.elapsed().as_secs() < 120, "{:?}", began.elapsed());
}

#[test]
fn a_quotation_mark_that_is_never_closed_holds_four_megabytes_and_no_more() {
    let table = format!("a,b\n1,\"{}", "never closed\n".repeat(600_000));
    assert_eq!(refuses("a.csv", table).code(), "damaged");
}

#[test]
fn real_novels_and_corpora_are_read() {
    let Some(shared) = ["../../../shared", "../../shared"]
        .iter()
        .map(std::path::Path::new)
        .find(|path| path.is_dir())
    else {
        println!("0 real files: there is no folder of samples here");
        return;
    };
    let mut files = 0;
    for folder in ["docs", "novels", "corpora", "lorebooks", "roleplay"] {
        for entry in walk(&shared.join(folder)) {
            let Some(ending) = entry.extension().and_then(|ending| ending.to_str()) else {
                continue;
            };
            if !["md", "txt", "csv", "tsv", "html", "pdf", "epub", "docx", "srt"].contains(&ending)
                || entry.metadata().is_ok_and(|file| file.len() > 4 << 20)
            {
                continue;
            }
            match read(&entry) {
                Ok((_, pieces)) => {
                    let chunks = knowledge::chunks_of(pieces);
                    assert!(
                        chunks.iter().all(|chunk| chunk.text.len() <= 900),
                        "{}",
                        entry.display()
                    );
                }
                Err(refusal) => assert!(
                    ["empty", "unknown"].contains(&refusal.code()),
                    "{}: {refusal}",
                    entry.display()
                ),
            }
            files += 1;
        }
    }
    println!("{files} real files read");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() { walk(&path) } else { vec![path] }
        })
        .collect()
}
