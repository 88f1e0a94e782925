//! Clinical trials: a registry's paged answer, the sponsor's list of sites, safety reports.
//!
//! Planted: site 017 has four times the share of serious events and reports them weeks late.

use super::random::{Day, Random};
use super::sheet::{Sheet, workbook};
use super::{Sample, SampleFile, ndjson};
use crate::run::Outcome;
use serde_json::{Value, json};

const N_STUDIES: usize = 260;
const PER_PAGE: usize = 20;
/// The studies that the sponsor runs: the first ones of the registry's answer.
const N_OWN: usize = 9;
const N_SITES: usize = 36;
const BAD_SITE: usize = 17;
const N_REPORTS: usize = 2600;

const CONDITIONS: [&str; 8] = [
    "Type 2 diabetes",
    "Asthma",
    "Migraine",
    "Psoriasis",
    "Heart failure",
    "Ulcerative colitis",
    "Osteoarthritis",
    "Atopic dermatitis",
];
const EVENTS: [&str; 10] = [
    "Headache",
    "Nausea",
    "Dizziness",
    "Rash",
    "Fatigue",
    "Pyrexia",
    "Dyspnoea",
    "Hypotension",
    "Syncope",
    "Elevated liver enzymes",
];
/// Names with accents, since the file is not in UTF-8.
const CITIES: [(&str, &str); 12] = [
    ("Malmö", "Sweden"),
    ("Besançon", "France"),
    ("Tübingen", "Germany"),
    ("Córdoba", "Spain"),
    ("Århus", "Denmark"),
    ("Liège", "Belgium"),
    ("Utrecht", "Netherlands"),
    ("Bergen", "Norway"),
    ("Genève", "Switzerland"),
    ("Coimbra", "Portugal"),
    ("Padova", "Italy"),
    ("Graz", "Austria"),
];

fn study_id(i: usize) -> String {
    format!("NCT99{:06}", 140_213 + i * 137)
}

fn city(site: usize) -> (&'static str, &'static str) {
    CITIES.get(site % CITIES.len()).copied().unwrap_or_default()
}

pub fn sample() -> Outcome<Sample> {
    Ok(Sample {
        folder: "trials",
        title: "Trial safety",
        description: "Studies from a registry's web API, the sponsor's own list of sites and the safety reports. One site needs a call.",
        files: vec![
            SampleFile { name: "studies_pages.json", format: "pages", bytes: ndjson(&studies()) },
            SampleFile { name: "sites.xlsx", format: "xlsx", bytes: sites()? },
            SampleFile { name: "safety_reports.csv", format: "csv", bytes: latin1(&safety_reports()) },
        ],
    })
}

fn studies() -> Vec<Value> {
    let mut random = Random::new("trials studies");
    let all: Vec<Value> = (0..N_STUDIES)
        .map(|i| {
            let condition = random.pick(&CONDITIONS);
            let phase = random.pick(&["PHASE1", "PHASE2", "PHASE2", "PHASE3", "PHASE3", "PHASE4"]);
            let start = Day::new(2022, 1, 10).plus(random.below(1500) as i64);
            let own = i < N_OWN;
            let status = if own { "RECRUITING" } else { random.pick(&["COMPLETED", "RECRUITING", "ACTIVE_NOT_RECRUITING", "TERMINATED"]) };
            let sponsor = if own { "Halden Therapeutics" } else { random.pick(&["Orme Biosciences", "Vale University Hospital", "Kestrel Pharma", "Lindqvist Institute"]) };
            let arms = random.pick(&["placebo", "standard care", "a lower dose"]);
            let mut design = json!({"phases": [phase], "studyType": "INTERVENTIONAL"});
            // Registries leave out what is not known.
            if !random.chance(0.06)
                && let Some(fields) = design.as_object_mut()
            {
                fields.insert("enrollmentInfo".to_owned(), json!({"count": 40 + random.below(900), "type": "ESTIMATED"}));
            }
            json!({"protocolSection": {
                "identificationModule": {"nctId": study_id(i), "briefTitle": format!("Study of HT-{} against {arms} in {}", 100 + i, condition.to_lowercase())},
                "statusModule": {"overallStatus": status, "startDateStruct": {"date": start.iso()}},
                "sponsorCollaboratorsModule": {"leadSponsor": {"name": sponsor}},
                "conditionsModule": {"conditions": [condition]},
                "designModule": design,
            }})
        })
        .collect();
    let n_pages = all.len().div_ceil(PER_PAGE);
    all.chunks(PER_PAGE)
        .zip(1..)
        .map(|(studies, page)| {
            let mut body = json!({"totalCount": N_STUDIES, "studies": studies});
            if page < n_pages
                && let Some(fields) = body.as_object_mut()
            {
                fields.insert("nextPageToken".to_owned(), json!(format!("T{:08x}", page * 0x01f3_d5b7)));
            }
            body
        })
        .collect()
}

/// The study that a site takes part in.
fn study_of(site: usize) -> usize {
    site * 5 % N_OWN
}

fn sites() -> Outcome<Vec<u8>> {
    let mut random = Random::new("trials sites");
    let rows = (1..=N_SITES)
        .map(|site| {
            let (city, country) = city(site);
            let investigator =
                random.pick(&["Dr Aalto", "Dr Moreau", "Dr Weiss", "Dr Ibarra", "Dr Holm", "Dr Peeters", "Dr Rossi"]);
            vec![
                format!("Site {site:03}").into(),
                // Without the letters, as somebody typed it.
                study_id(study_of(site)).trim_start_matches("NCT").to_owned().into(),
                city.into(),
                country.into(),
                investigator.into(),
                Day::new(2025, 2, 3).plus(random.below(200) as i64).into(),
                (18.0 + random.below(70) as f64).into(),
            ]
        })
        .collect();
    workbook(&[Sheet {
        name: "Sites",
        above: vec!["Halden Therapeutics, active sites", "Status: 12 Nov 2026"],
        header: vec!["Site", "Study no.", "City", "Country", "Investigator", "Opened", "Enrolled"],
        rows,
    }])
}

struct Report {
    site: usize,
    event: Day,
    delay_days: i64,
    serious: bool,
    term: &'static str,
    age: usize,
    sex: &'static str,
}

fn reports() -> Vec<Report> {
    let mut random = Random::new("trials reports");
    (0..N_REPORTS)
        .map(|_| {
            // The site reports as many events as others; what they are is different.
            let site = 1 + random.below(N_SITES);
            let bad = site == BAD_SITE;
            let serious = random.chance(if bad { 0.37 } else { 0.085 });
            let mean = if bad { 24.0 } else { 5.0 };
            Report {
                site,
                event: Day::new(2025, 11, 1).plus(random.below(350) as i64),
                delay_days: random.normal(mean, mean * 0.35).round().max(0.0) as i64,
                serious,
                term: if serious {
                    random.pick(&["Syncope", "Hypotension", "Dyspnoea", "Elevated liver enzymes"])
                } else {
                    random.pick(&EVENTS)
                },
                age: 19 + random.below(62),
                sex: random.pick(&["F", "M"]),
            }
        })
        .collect()
}

/// As a European spreadsheet writes it: semicolons, the day first, Windows-1252.
fn safety_reports() -> String {
    let mut random = Random::new("trials report mess");
    let mut text = String::from("Report;Study;Site;City;Event date;Received;Serious;Event;Age;Sex\r\n");
    for (r, n) in reports().iter().zip(1..) {
        let received = if random.chance(0.004) { "unknown".to_owned() } else { r.event.plus(r.delay_days).day_first() };
        let age = if random.chance(0.01) { String::new() } else { r.age.to_string() };
        let line = format!(
            "SR-{n:05};{};{:03};{};{};{received};{};{};{age};{}\r\n",
            study_id(study_of(r.site)),
            r.site,
            city(r.site).0,
            r.event.day_first(),
            if r.serious { "yes" } else { "no" },
            r.term,
            r.sex,
        );
        text.push_str(&line);
        if random.chance(0.003) {
            // Sent twice.
            text.push_str(&line);
        }
    }
    text
}

/// Every letter used here has the same number in Latin-1 and Unicode.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_planted_site_is_serious_and_late() {
        let reports = reports();
        let mean = |bad: bool, of: &dyn Fn(&Report) -> f64| {
            let own: Vec<f64> = reports.iter().filter(|r| (r.site == BAD_SITE) == bad).map(of).collect();
            assert!(own.len() > 40);
            own.iter().sum::<f64>() / own.len() as f64
        };
        let serious = |r: &Report| f64::from(u8::from(r.serious));
        let delay = |r: &Report| r.delay_days as f64;
        assert!(mean(true, &serious) > 3.0 * mean(false, &serious));
        assert!(mean(true, &delay) > 3.0 * mean(false, &delay));
    }

    #[test]
    fn pages_are_chained_by_tokens_and_the_last_has_none() {
        let pages = studies();
        assert_eq!(pages.len(), 13);
        let with_token = pages.iter().filter(|page| page.get("nextPageToken").is_some()).count();
        assert_eq!(with_token, 12);
        assert!(pages.last().is_some_and(|page| page.get("nextPageToken").is_none()));
    }

    #[test]
    fn accents_fit_in_one_byte() {
        assert_eq!(latin1("Malmö"), [b'M', b'a', b'l', b'm', 0xf6]);
        assert!(!latin1(&safety_reports()).contains(&b'?'));
    }
}
