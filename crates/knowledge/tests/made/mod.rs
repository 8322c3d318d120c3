//! Documents made for the tests, by the tests: nothing of anybody else's is in them.

#![allow(dead_code, reason = "each test binary uses some of them")]

use std::io::Write;
use std::path::{Path, PathBuf};

/// An archive of some entries.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A book of two chapters, the second first in the archive.
pub(crate) fn epub() -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/epub+zip"),
        (
            "META-INF/container.xml",
            br#"<container xmlns="urn:x"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"#,
        ),
        (
            "OEBPS/book.opf",
            br#"<package xmlns="urn:o" xmlns:dc="urn:d"><metadata><dc:title>Tides &amp; Lamps</dc:title></metadata>
            <manifest><item id="b" href="text/two.xhtml"/><item id="a" href="text/on%65.xhtml"/></manifest>
            <spine><itemref idref="a"/><itemref idref="gone"/><itemref idref="b"/></spine></package>"#,
        ),
        (
            "OEBPS/text/two.xhtml",
            "<html><head><title>x</title><style>p{}</style></head><body><h1>The Lamp</h1><p>It burns <b>whale</b> oil.</p>\
             <script>alert('never')</script></body></html>"
                .as_bytes(),
        ),
        (
            "OEBPS/text/one.xhtml",
            "<html><body><h1>The Tide</h1><h2>Spring</h2><p>It rises<br/>twice a day.</p><p><ruby>灯台<rt>とうだい</rt></ruby>がある。</p></body></html>"
                .as_bytes(),
        ),
    ])
}

/// A document with a heading in a German Word's style, a table, a page break, and a footnote; its text is in `main`.
pub(crate) fn docx(main: &str) -> Vec<u8> {
    let document = r#"<w:document xmlns:w="urn:w"><w:body>
        <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Oil &amp; Wicks</w:t></w:r></w:p>
        <w:p><w:r><w:t xml:space="preserve">The wick is trimmed </w:t></w:r><w:r><w:t>every four hours.</w:t></w:r></w:p>
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Oil</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Colza</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
        <w:p><w:r><w:lastRenderedPageBreak/><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:t>On the second page.</w:t></mc:Choice><mc:Fallback><w:t>On the second page.</w:t></mc:Fallback></mc:AlternateContent></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>
        </w:body></w:document>"#;
    let notes = r#"<w:footnotes xmlns:w="urn:w"><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> After </w:t></w:r><w:r><w:t>Brandt &amp; Lie.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let parts = format!(
        r#"<Relationships><Relationship Id="r1" Type="http://x/relationships/officeDocument" Target="{main}"/></Relationships>"#
    );
    let styles = r#"<w:styles xmlns:w="urn:w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>"#;
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", parts.as_bytes()),
        (main, document.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("docProps/core.xml", b"<c:core xmlns:dc='urn:d'><dc:title>Handbook</dc:title></c:core>"),
    ])
}

/// A PDF of objects, numbered from 1; the first is the catalogue.
pub(crate) fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

pub(crate) fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A PDF with one page for each content stream, in Helvetica (`/F1`) and a font of two-byte codes that are UTF-16 (`/F2`).
pub(crate) fn pdf(contents: &[&str]) -> Vec<u8> {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n\
        1 begincodespacerange <0000> <ffff> endcodespacerange\n1 beginbfrange <0000> <ffff> <0000> endbfrange\n\
        endcmap CMapName currentdict /CMap defineresource pop end end";
    let kids: Vec<String> = (0..contents.len()).map(|at| format!("{} 0 R", 7 + at * 2)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 5 0 R >>".to_vec(),
        stream("", map.as_bytes()),
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>".to_vec(),
    ];
    for (at, content) in contents.iter().enumerate() {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
                8 + at * 2
            )
            .into_bytes(),
        );
        objects.push(stream("/Filter /FlateDecode", &deflated(content.as_bytes())));
    }
    pdf_of(&objects, "")
}

/// A text as a hexadecimal string of UTF-16 codes.
pub(crate) fn hex(text: &str) -> String {
    let codes: String = text.encode_utf16().map(|code| format!("{code:04x}")).collect();
    format!("<{codes}>")
}

pub(crate) const WIKI: &str = r#"<mediawiki xmlns="urn:m"><siteinfo><sitename>Noss Wiki</sitename></siteinfo>
  <page><title>Lighthouse</title><ns>0</ns><revision><text>'''Noss light''' was built in [[1907]] by Elsa Brandt.

== Lamp ==
It burns {{convert|3}} colza oil &amp; never fails.</text></revision></page>
  <page><title>Talk:Lighthouse</title><ns>1</ns><revision><text>I disagree about everything.</text></revision></page>
  <page><title>Light</title><ns>0</ns><redirect title="Lighthouse"/><revision><text>#REDIRECT [[Lighthouse]]</text></revision></page>
  <page><title>灯塔</title><ns>0</ns><revision><text>北岛灯塔建于1907年，由艾尔莎设计。</text></revision></page>
</mediawiki>"#;

/// Writes a file into a folder.
pub(crate) fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}
