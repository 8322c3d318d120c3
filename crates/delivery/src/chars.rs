//! Kinds of characters that the splitter and the speech normaliser both ask about.

/// Han or kana: written without spaces, one character about a syllable or two.
pub(crate) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3134f}')
}

/// A letter or digit that is not written like CJK: part of a word between spaces.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_cjk(c)
}

/// Pictures and their glue: emoji, dingbats, musical notes, hearts, variation selectors, joiners, flags.
pub(crate) fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{2300}'..='\u{23ff}'
        | '\u{25a0}'..='\u{25ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}')
}

/// What may stand between the mark that ends a sentence and its real end.
pub(crate) fn is_closer(c: char) -> bool {
    is_picture(c)
        || matches!(
            c,
            '"' | '\''
                | ')'
                | ']'
                | '}'
                | '”'
                | '’'
                | '»'
                | '」'
                | '』'
                | '）'
                | '］'
                | '】'
                | '》'
                | '〉'
        )
}

/// What opens a quotation or a bracket.
pub(crate) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '(' | '[' | '{' | '“' | '‘' | '«' | '「' | '『' | '（' | '［' | '【' | '《' | '〈'
    )
}

/// Marks that end a sentence.
pub(crate) fn is_terminal(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '。' | '！' | '？' | '｡' | '…' | '⋯' | '‼' | '⁉' | '⁈' | '⁇')
}

/// Marks that end a clause.
pub(crate) fn is_clausal(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '，' | '、' | '；' | '：' | '､' | '—' | '―' | '~' | '～' | '〜')
}
