//! Rows of a matrix by their numbers. candle's gradient of this is one thread a column that goes through all rows, on a card some
//! twenty milliseconds for what is read in one pass; here gradients are fetched, which all threads do at once.

use std::sync::Arc;

use candle_core::{Result, Tensor};

use super::{grafted, on_processor};

/// Rows of `x` `[rows, columns]` at `places`, which are below `rows`.
pub(crate) fn rows_at(x: &Tensor, places: Vec<u32>) -> Result<Tensor> {
    let rows = x.dim(0)?;
    if places.len() == rows && places.iter().enumerate().all(|(at, place)| *place as usize == at) {
        return Ok(x.clone());
    }
    let device = x.device();
    // Where a row is wanted twice its gradients are added, which is candle's.
    let once = places.is_sorted_by(|a, b| a < b);
    let chosen = Tensor::new(places.as_slice(), device)?;
    if on_processor(device) || !once {
        return x.index_select(&chosen, 0);
    }
    let result = x.detach().contiguous()?.index_select(&chosen, 0)?;
    grafted(x, &result, move |_, _, grad| {
        // What was not wanted gets the row of noughts behind the others.
        let mut from = vec![places.len() as u32; rows];
        for (at, place) in places.iter().enumerate() {
            from[*place as usize] = at as u32;
        }
        with_noughts(grad)?.index_select(&Tensor::new(from, grad.device())?, 0)
    })
}

/// Rows of a table that is trained, `[entries, columns]`; rows may come often.
pub(crate) fn embedded(table: &Tensor, ids: &Arc<Vec<u32>>) -> Result<Tensor> {
    let chosen = Tensor::new(ids.as_slice(), table.device())?;
    if on_processor(table.device()) {
        return table.index_select(&chosen, 0);
    }
    let result = table.detach().index_select(&chosen, 0)?;
    let ids = Arc::clone(ids);
    grafted(table, &result, move |table, _, grad| {
        let sums = Sums::new(&ids, table.dim(0)?);
        sums.of(grad)
    })
}

fn with_noughts(x: &Tensor) -> Result<Tensor> {
    x.pad_with_zeros(0, 0, 1)
}

/// How rows are summed by what they belong to: two and two, so that there are half as many each time.
struct Sums {
    /// For each time the first and the second row of each sum, in the rows of the time before; its count stands for noughts.
    times: Vec<[Vec<u32>; 2]>,
    /// For each entry its sum, in the rows of all times one behind the other, each with a row of noughts behind it.
    found: Vec<u32>,
}

impl Sums {
    /// For rows that belong to these entries, each below `entries`.
    fn new(ids: &[u32], entries: usize) -> Self {
        let mut counts = vec![0usize; entries];
        ids.iter().for_each(|id| counts[*id as usize] += 1);
        let mut groups: Vec<Vec<u32>> =
            counts.iter().map(|count| Vec::with_capacity(*count)).collect();
        for (row, id) in ids.iter().enumerate() {
            groups[*id as usize].push(row as u32);
        }
        let mut rows = ids.len() as u32;
        // The row of noughts behind the first rows.
        let mut found = vec![rows; entries];
        let (mut times, mut before) = (Vec::new(), 0u32);
        let mut open: Vec<usize> = (0..entries).filter(|entry| counts[*entry] > 0).collect();
        loop {
            open.retain(|&entry| {
                let whole = groups[entry].len() == 1;
                if whole {
                    found[entry] = before + groups[entry][0];
                }
                !whole
            });
            if open.is_empty() {
                return Self { times, found };
            }
            let [mut first, mut second] = [Vec::new(), Vec::new()];
            for &entry in &open {
                let group = std::mem::take(&mut groups[entry]);
                for pair in group.chunks(2) {
                    groups[entry].push(first.len() as u32);
                    first.push(pair[0]);
                    second.push(pair.get(1).copied().unwrap_or(rows));
                }
            }
            before += rows + 1;
            rows = first.len() as u32;
            times.push([first, second]);
        }
    }

    /// The sums of `rows`, `[entries, columns]`.
    fn of(&self, rows: &Tensor) -> Result<Tensor> {
        // Sent together: each sending may wait for what is under way.
        let all = self.times.iter().flatten().chain([&self.found]).flatten();
        let sent = Tensor::new(all.copied().collect::<Vec<u32>>(), rows.device())?;
        let mut at = 0;
        let mut next = |count: usize| {
            let part = sent.narrow(0, at, count);
            at += count;
            part
        };
        let mut levels = vec![with_noughts(rows)?];
        for [first, second] in &self.times {
            let (first, second) = (next(first.len())?, next(second.len())?);
            let Some(below) = levels.last() else { break };
            let sums = (below.index_select(&first, 0)? + below.index_select(&second, 0)?)?;
            levels.push(with_noughts(&sums)?);
        }
        Tensor::cat(&levels, 0)?.index_select(&next(self.found.len())?, 0)
    }
}
