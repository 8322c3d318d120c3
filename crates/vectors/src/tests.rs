//! What is near, what may be read, what stands out; the loop over a shelf.

use std::cell::RefCell;
use std::collections::HashSet;

use domain::{Embedder, Problem};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

fn noise(random: &mut ChaCha8Rng, width: usize) -> Vec<f32> {
    let mut vector: Vec<f32> = (0..width).map(|_| random.random::<f32>() - 0.2).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}

/// What is near by all numbers, one after the other.
fn by_hand(vectors: &[Vec<f32>], question: &[f32]) -> usize {
    let cosine = |one: &Vec<f32>| one.iter().zip(question).map(|(a, b)| a * b).sum::<f32>();
    (0..vectors.len()).max_by(|a, b| cosine(&vectors[*a]).total_cmp(&cosine(&vectors[*b]))).unwrap()
}

/// `question` with some noise of its own.
fn beside(question: &[f32], random: &mut ChaCha8Rng) -> Vec<f32> {
    question.iter().zip(noise(random, question.len())).map(|(x, own)| x + 0.5 * own).collect()
}

#[test]
fn the_nearest_of_many_is_found_over_several_threads_and_blocks() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for (width, count) in [(96, 70_000), (1_024, 5_000), (9, 600)] {
        let mut vectors: Vec<Vec<f32>> = (0..count).map(|_| noise(&mut random, width)).collect();
        let question = noise(&mut random, width);
        for place in [0, count / 2, count - 1] {
            vectors[place] = beside(&question, &mut random);
        }
        let packs: Vec<Vec<u8>> = vectors.iter().map(|one| packed(one)).collect();
        let mut signs = Signs::new("one", packs.iter().map(Vec::as_slice).take(4_096), count);
        for (key, bytes) in packs.iter().enumerate() {
            signs.push_packed(key as i64, (key % 3) as i64, bytes);
        }
        assert_eq!((signs.len(), signs.of()), (count, "one"));
        let near = signs.nearest(&question, |_| May::All, &HashSet::new(), 256);
        let found: Vec<i64> = near.iter().map(|one| one.key).collect();
        // Nine signs alone tell too little.
        if width > 9 {
            assert!(found.contains(&(by_hand(&vectors, &question) as i64)), "{width}");
            for place in [0, count / 2, count - 1] {
                let one = near.iter().find(|one| one.key == place as i64).unwrap();
                assert!(one.beyond_chance > 1.0, "{width}: {one:?}");
            }
        }
        // What may not be read is not found, however near it is.
        let of_one = |group| if group == 1 { May::All } else { May::Not };
        let only = signs.nearest(&question, of_one, &HashSet::new(), 256);
        assert!(only.iter().all(|one| one.key % 3 == 1), "{only:?}");
        let listed = HashSet::from([0, 1, 5]);
        let of_some = |group| if group == 0 { May::Listed } else { May::Not };
        let only = signs.nearest(&question, of_some, &listed, 256);
        assert_eq!(only.iter().map(|one| one.key).collect::<Vec<_>>(), [0]);
        assert!(signs.nearest(&question, |_| May::Not, &HashSet::new(), 256).is_empty());
        assert!(
            signs.nearest(&question[1..], |_| May::All, &HashSet::new(), 256).is_empty(),
            "of another width"
        );
    }
}

#[test]
fn where_all_are_alike_nothing_is_near() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut signs = Signs::default();
    let vectors: Vec<Vec<f32>> = (0..3_000).map(|_| noise(&mut random, 384)).collect();
    signs.add(vectors.iter().enumerate().map(|(key, one)| (key as i64, 0, one.as_slice())));
    let found = signs.nearest(&noise(&mut random, 384), |_| May::All, &HashSet::new(), 256);
    // 2.5 deviations: about six of a thousand.
    assert!(found.len() < 45, "{}", found.len());
    assert!(found.iter().filter(|one| one.beyond_chance > 1.0).count() < 3, "{found:?}");
}

#[test]
fn what_is_put_back_is_near_once_and_a_small_sample_is_taken_again() {
    let mut signs = Signs::default();
    let one = [0.6_f32, 0.8, 0.0];
    let other = [0.0_f32, 0.6, -0.8];
    signs.add([(7, 1, &one[..]), (8, 1, &other[..]), (7, 1, &one[..])]);
    assert_eq!(
        signs
            .nearest(&one, |_| May::All, &HashSet::new(), 9)
            .iter()
            .filter(|one| one.key == 7)
            .count(),
        1
    );
    assert!(!signs.is_skewed());
    for key in 0..100 {
        signs.add([(key, 1, &other[..])]);
    }
    assert!(signs.is_skewed());
    signs.disown();
    assert_eq!(signs.of(), "");
}

#[test]
fn what_was_taken_out_is_not_near_until_it_is_added_again() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let question = noise(&mut random, 384);
    let mut vectors: Vec<Vec<f32>> = (0..200).map(|_| noise(&mut random, 384)).collect();
    vectors[7] = beside(&question, &mut random);
    let mut signs = Signs::default();
    let all = vectors.iter().enumerate();
    signs.add(all.map(|(key, one)| (key as i64, key as i64 / 2, one.as_slice())));
    let is_near = |signs: &Signs| {
        let near = signs.nearest(&question, |_| May::All, &HashSet::new(), 9);
        near.iter().any(|one| one.key == 7)
    };
    assert!(is_near(&signs));
    signs.take_out(1_000);
    assert!(is_near(&signs), "of that group there is nothing");
    signs.take_out(3);
    assert!(!is_near(&signs));
    signs.add([(7, 3, vectors[7].as_slice())]);
    assert!(is_near(&signs));
}

/// Counts up to a number; keeps what it is given.
struct Numbers {
    all: usize,
    kept: RefCell<Vec<usize>>,
    /// Somebody switched the encoder off after so many.
    until: usize,
}

impl Shelf for Numbers {
    type Item = usize;
    type Error = String;

    fn next(&self, _: &str) -> Result<Vec<(usize, String)>, String> {
        let from = self.kept.borrow().len();
        Ok((from..self.all).take(8).map(|one| (one, format!("number {one}"))).collect())
    }

    fn keep(&self, _: &str, of: &[(usize, String)], made: &[Vec<f32>]) -> Result<bool, String> {
        assert_eq!(of.len(), made.len());
        self.kept.borrow_mut().extend(of.iter().map(|(one, _)| *one));
        Ok(self.kept.borrow().len() < self.until)
    }

    fn refused(reason: String) -> String {
        reason
    }
}

struct Lengths(f32);

impl Embedder for Lengths {
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Problem> {
        assert_eq!(texts.len(), 1, "whoever asks meanwhile waits for one text");
        Ok(vec![vec![texts[0].len() as f32, self.0]])
    }
}

#[test]
fn a_shelf_is_read_to_its_end_and_goes_on_where_it_was_stopped() {
    let shelf = Numbers { all: 50, kept: RefCell::default(), until: usize::MAX };
    let mut looks = 0;
    let stop = || {
        looks += 1;
        looks > 13
    };
    read(&shelf, "", &Lengths(1.0), stop).unwrap();
    let kept = shelf.kept.borrow().len();
    assert!((9..16).contains(&kept), "stopped within a portion, and what was made is kept: {kept}");
    read(&shelf, "", &Lengths(1.0), || false).unwrap();
    assert_eq!(*shelf.kept.borrow(), (0..50).collect::<Vec<_>>());
    let left = Numbers { all: 50, kept: RefCell::default(), until: 8 };
    read(&left, "", &Lengths(1.0), || false).unwrap();
    assert_eq!(left.kept.borrow().len(), 8, "nobody wants them any more");
    let error = read(&Numbers { all: 1, ..shelf }, "", &Lengths(f32::NAN), || false);
    assert_eq!(error, Ok(()), "all of that one are kept already");
    let fresh = Numbers { all: 1, kept: RefCell::default(), until: 9 };
    assert!(read(&fresh, "", &Lengths(f32::NAN), || false).unwrap_err().contains("compared"));
}

#[test]
fn a_table_of_several_pages_is_loaded_and_its_nearest_are_weighed_by_all_numbers() {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(TABLE).unwrap();
    let question = noise(&mut random, 64);
    {
        let transaction = connection.unchecked_transaction().unwrap();
        let mut insert = transaction.prepare("INSERT INTO vectors VALUES (?1, ?2, ?3)").unwrap();
        for key in 0..17_000_i64 {
            let near = key == 5 || key == 16_999;
            let vector = if near { beside(&question, &mut random) } else { noise(&mut random, 64) };
            insert.execute((3 * key, key % 2, packed(&vector))).unwrap();
        }
        drop(insert);
        transaction.commit().unwrap();
    }
    let connection = std::sync::Mutex::new(connection);
    let signs = load("one", || connection.lock().unwrap()).unwrap();
    assert_eq!((signs.len(), signs.of(), signs.is_skewed()), (17_000, "one", false));
    let near = signs.nearest(&question, |_| May::All, &HashSet::new(), 64);
    let found =
        cosines(&connection.lock().unwrap(), &question, near.iter().map(|one| one.key).chain([1]))
            .unwrap();
    let best: Vec<i64> = found.iter().take(2).map(|(_, key)| *key).collect();
    assert!(best.contains(&15) && best.contains(&50_997), "{best:?}");
    assert!(found.is_sorted_by(|one, other| one.0 >= other.0));
}

#[test]
fn two_things_are_done_and_answered() {
    let mut here = 0;
    let (there, ()) = super::beside(|| 2 + 2, || here += 1);
    assert_eq!((there, here), (4, 1));
}

#[test]
fn what_stands_high_in_two_lists_stands_highest() {
    let scores = fused(&[vec![1, 2, 3], vec![3, 4]]);
    assert!(
        scores[&3] > scores[&1]
            && scores[&1] > scores[&2]
            && (scores[&2] - scores[&4]).abs() < 1e-9
    );
}

proptest! {
    #[test]
    fn packing_keeps_a_vector_to_within_a_hundredth(numbers in prop::collection::vec(-1.0_f32..1.0, 1..200)) {
        let back = unpacked(&packed(&numbers));
        prop_assert_eq!(back.len(), numbers.len());
        for (one, other) in numbers.iter().zip(&back) {
            prop_assert!((one - other).abs() < 0.01);
        }
        let exact: f32 = numbers.iter().map(|x| x * x).sum();
        prop_assert!((cosine(&numbers, &packed(&numbers)) - exact).abs() < 0.01 * numbers.len() as f32);
    }

    #[test]
    fn bytes_of_any_kind_are_no_vector_or_one(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut signs = Signs::new("", [bytes.as_slice()], 1);
        signs.push_packed(1, 1, &bytes);
        let _answer = (signs.nearest(&[0.5; 8], |_| May::All, &HashSet::new(), 4), cosine(&[0.5; 8], &bytes));
    }
}
