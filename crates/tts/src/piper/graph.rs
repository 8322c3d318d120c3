//! The little of an ONNX file that is read before ONNX Runtime gets it: is it whole, are these a Piper voice's inputs, and
//! what is the tensor of phoneme durations called.
//!
//! Piper's network rounds each phoneme's predicted length up to whole frames (`Ceil`) and throws the result away. A
//! protobuf file can be extended by appending: a second message that holds nothing but one more graph output is merged
//! into the first, and the durations come out beside the sound.

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Graph {
    inputs: Vec<String>,
    outputs: Vec<String>,
    /// Name of the tensor of durations, where the graph has exactly one that can be it.
    pub(super) durations: Option<String>,
}

impl Graph {
    /// Reads a file; errors say what is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut graph = Self::default();
        let mut rounded: Vec<String> = Vec::new();
        let mut summed: Vec<String> = Vec::new();
        let mut found = false;
        for field in Fields(bytes) {
            let (7, Content::Bytes(body)) = field? else { continue }; // ModelProto.graph
            found = true;
            for field in Fields(body) {
                match field? {
                    (1, Content::Bytes(node)) => {
                        let node = Node::read(node)?;
                        match node.op {
                            b"Ceil" => rounded.extend(node.outputs.into_iter().take(1)),
                            b"ReduceSum" => summed.extend(node.inputs.into_iter().take(1)),
                            _ => {}
                        }
                    }
                    (11, Content::Bytes(value)) => graph.inputs.extend(name(value)?),
                    (12, Content::Bytes(value)) => graph.outputs.extend(name(value)?),
                    _ => {}
                }
            }
        }
        if !found {
            return Err("it is not an ONNX model");
        }
        // The frames of all phonemes are added up to the length of the sound: that tells the durations from any other Ceil.
        rounded.retain(|name| summed.contains(name) && !graph.outputs.contains(name));
        if let [name] = &rounded[..] {
            graph.durations = Some(name.clone());
        }
        Ok(graph)
    }

    /// Whether this can be a Piper voice.
    pub(super) fn check(&self, several_speakers: bool) -> Result<(), String> {
        let needed = ["input", "input_lengths", "scales"];
        let speaker = several_speakers.then_some("sid");
        for name in needed.into_iter().chain(speaker) {
            if !self.inputs.iter().any(|input| input == name) {
                return Err(format!(
                    "it is not a Piper voice: the input `{name}` is missing (it has {})",
                    self.inputs.join(", ")
                ));
            }
        }
        if self.outputs.is_empty() {
            return Err("it has no output".into());
        }
        Ok(())
    }
}

/// A ModelProto with nothing but one more float output of the graph.
pub(super) fn extra_output(name: &str) -> Vec<u8> {
    let message = |field: u8, content: &[u8]| {
        let mut bytes = vec![field << 3 | 2];
        let mut length = content.len();
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(content);
        bytes
    };
    let float = message(1, &[1 << 3, 1]); // TypeProto.tensor_type { elem_type: FLOAT }
    let mut value = message(1, name.as_bytes());
    value.extend(message(2, &float));
    message(7, &message(12, &value))
}

struct Node<'a> {
    op: &'a [u8],
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl<'a> Node<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, &'static str> {
        let mut node = Self { op: b"", inputs: Vec::new(), outputs: Vec::new() };
        for field in Fields(bytes) {
            match field? {
                (1, Content::Bytes(name)) => node.inputs.push(text(name)),
                (2, Content::Bytes(name)) => node.outputs.push(text(name)),
                (4, Content::Bytes(op)) => node.op = op,
                _ => {}
            }
        }
        Ok(node)
    }
}

/// ValueInfoProto.name
fn name(value: &[u8]) -> Result<Option<String>, &'static str> {
    for field in Fields(value) {
        if let (1, Content::Bytes(name)) = field? {
            return Ok(Some(text(name)));
        }
    }
    Ok(None)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

enum Content<'a> {
    Number,
    Bytes(&'a [u8]),
}

/// The fields of a protobuf message, in the order of the file.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for (i, &byte) in self.0.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f).checked_shl(i as u32 * 7)?;
            if byte & 0x80 == 0 {
                self.0 = &self.0[i + 1..];
                return Some(value);
            }
        }
        None
    }

    fn bytes(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Content<'a>)> {
        let key = self.varint()?;
        let content = match key & 7 {
            0 => {
                self.varint()?;
                Content::Number
            }
            1 => {
                self.bytes(8)?;
                Content::Number
            }
            2 => {
                let length = self.varint()?;
                Content::Bytes(self.bytes(length)?)
            }
            5 => {
                self.bytes(4)?;
                Content::Number
            }
            _ => return None,
        };
        Some((key >> 3, content))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Content<'a>), &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field().ok_or("it is truncated or not an ONNX model");
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}
