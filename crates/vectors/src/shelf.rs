//! Vectors that are missing, made one text at a time: whoever asks something meanwhile waits for one text and not for many.

use domain::Embedder;

/// Numbers of a vector, at most.
pub const WIDEST: usize = 8_192;

/// Whoever keeps texts and their vectors.
pub trait Shelf {
    /// What a vector is of.
    type Item;
    /// What can go wrong.
    type Error;

    /// Some texts that have no vector by the encoder of this fingerprint, in the order in which they are to have one; none where all
    /// have. Vectors of another encoder are thrown away first.
    fn next(&self, fingerprint: &str) -> Result<Vec<(Self::Item, String)>, Self::Error>;

    /// Keeps the vectors of the first so many of what [`Shelf::next`] gave; false where nobody wants those of this encoder any more:
    /// then they are dropped.
    fn keep(
        &self,
        fingerprint: &str,
        of: &[(Self::Item, String)],
        vectors: &[Vec<f32>],
    ) -> Result<bool, Self::Error>;

    /// The encoder refused, or gives what cannot be compared.
    fn refused(reason: String) -> Self::Error;
}

/// Makes the vectors that are missing, until `stop` says so. What is made is kept a few at a time, so that whoever is killed
/// goes on there.
///
/// # Errors
/// Those of the shelf; [`Shelf::refused`] where the encoder is to blame.
pub fn read<S: Shelf>(
    shelf: &S,
    fingerprint: &str,
    encoder: &dyn Embedder,
    mut stop: impl FnMut() -> bool,
) -> Result<(), S::Error> {
    // Stopped, it touches nothing more: another encoder, or none, may be wanted by now.
    while !stop() {
        let todo = shelf.next(fingerprint)?;
        if todo.is_empty() {
            break;
        }
        let mut vectors: Vec<Vec<f32>> = Vec::with_capacity(todo.len());
        for (_, text) in &todo {
            if !vectors.is_empty() && stop() {
                break;
            }
            let width = vectors.first().map(Vec::len);
            vectors.push(vector(encoder, text, width).map_err(S::refused)?);
        }
        if !shelf.keep(fingerprint, &todo[..vectors.len()], &vectors)? {
            break;
        }
    }
    Ok(())
}

/// One text's vector, looked at.
fn vector(encoder: &dyn Embedder, text: &str, width: Option<usize>) -> Result<Vec<f32>, String> {
    let mut made = encoder.embed(&[text.to_owned()]).map_err(|problem| problem.message)?;
    let sound = |one: &Vec<f32>| {
        (1..=WIDEST).contains(&one.len())
            && width.is_none_or(|width| width == one.len())
            && one.iter().all(|x| x.is_finite())
    };
    match (made.pop(), made.is_empty()) {
        (Some(one), true) if sound(&one) => Ok(one),
        _ => Err("it gives no vectors that can be compared".to_owned()),
    }
}
