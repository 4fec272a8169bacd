//! What was seen: medians, lines of the table, the table.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Fault;

/// What a figure should be.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Aim {
    /// The first is hoped for, the second is the least.
    AtLeast(f64, f64),
    /// Not more.
    AtMost(f64),
    /// Only told.
    None,
}

/// A line of the table.
#[derive(Debug, Serialize, Deserialize)]
pub struct Line {
    /// What was measured.
    pub what: String,
    /// Consigne's own figure.
    pub ours: String,
    /// What it is held against.
    pub theirs: String,
    /// The ratio, or the figure that the aim is about.
    pub value: f64,
    /// What should be.
    pub aim: Aim,
}

impl Line {
    /// Adds it to the results, and shows it.
    pub fn keep(&self, results: &Path) -> Result<(), Fault> {
        println!("   {}", self.told());
        let mut file = OpenOptions::new().create(true).append(true).open(results)?;
        writeln!(file, "{}", serde_json::to_string(self)?)?;
        Ok(())
    }

    fn verdict(&self) -> &'static str {
        match self.aim {
            Aim::AtLeast(hoped, _) if self.value >= hoped => "met",
            Aim::AtLeast(_, least) if self.value >= least => "least met",
            Aim::AtMost(most) if self.value <= most => "met",
            Aim::AtLeast(..) | Aim::AtMost(_) => "MISSED",
            Aim::None => "",
        }
    }

    fn aim(&self) -> String {
        match self.aim {
            Aim::AtLeast(hoped, least) if (hoped - least).abs() < f64::EPSILON => format!(">= {least}"),
            Aim::AtLeast(hoped, least) => format!(">= {hoped}, least {least}"),
            Aim::AtMost(most) => format!("<= {most}"),
            Aim::None => String::new(),
        }
    }

    fn told(&self) -> String {
        format!(
            "{:<52} {:>28}  {:>28}  {:>7.2}  {:<18} {}",
            self.what,
            self.ours,
            self.theirs,
            self.value,
            self.aim(),
            self.verdict()
        )
    }
}

/// The whole table, and which aims were met.
pub fn table(results: &Path) -> Result<String, Fault> {
    let text = std::fs::read_to_string(results)?;
    let lines = text.lines().map(serde_json::from_str).collect::<Result<Vec<Line>, _>>()?;
    let mut told =
        format!("{:<52} {:>28}  {:>28}  {:>7}  {:<18} {}\n", "what", "Consigne", "held against", "ratio", "aim", "");
    for line in &lines {
        writeln!(told, "{}", line.told())?;
    }
    let count = |verdict| lines.iter().filter(|line| line.verdict() == verdict).count();
    let (met, least, missed) = (count("met"), count("least met"), count("MISSED"));
    writeln!(told, "\n{met} aims met, {least} met at least, {missed} missed")?;
    Ok(told)
}

/// The middle of some figures.
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.get(middle), sorted.get(middle.wrapping_sub(1))) {
        (Some(upper), Some(lower)) if sorted.len().is_multiple_of(2) => f64::midpoint(*upper, *lower),
        (Some(middle), _) => *middle,
        _ => f64::NAN,
    }
}

/// What so many per cent of some times stay under, in milliseconds.
pub fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

/// The median ratio of pairs of times: above 1, the first was quicker.
pub fn speed_ratio(pairs: &[(f64, f64)]) -> f64 {
    median(&pairs.iter().map(|(ours, theirs)| theirs / ours).collect::<Vec<_>>())
}
