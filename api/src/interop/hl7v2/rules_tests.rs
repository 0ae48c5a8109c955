//! The fold as a table: what messages say together, in any order of arrival.
use super::{
    rules::{Event, Life, fold},
    trigger::{Class, Disposition, Trigger},
};
use chrono::{DateTime, TimeZone, Timelike, Utc};
use entity::patient::PatientStatus::{self, Deceased, InClinic, InEd, Inpatient, Transition};

fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 10, hour, 0, 0).unwrap()
}

/// `A01 I V1 @8 d20 dead`: trigger, class (`-` for none), visit (`-` for none), hour, and what else is said.
fn event(text: &str) -> Event {
    let words: Vec<&str> = text.split(' ').collect();
    let said = |word: &str| (word != "-").then(|| word.to_owned());
    let extra = |prefix: &str| words[4..].iter().find_map(|word| word.strip_prefix(prefix).map(str::to_owned));
    Event {
        trigger: Trigger::of(words[0]).unwrap(),
        code: words[0].to_owned(),
        at: at(words[3].trim_start_matches('@').parse().unwrap()),
        source: extra("from:").unwrap_or_else(|| "MERCY".to_owned()),
        control_id: text.to_owned(),
        visit: said(words[2]),
        class: Class::of(said(words[1]).as_deref()),
        location: extra("in:"),
        disposition: Disposition::of(extra("d").filter(|code| code.parse::<u32>().is_ok()).as_deref()),
        ended: extra("until:").map(|hour| at(hour.parse().unwrap())),
        life: match words[4..].iter().find(|word| ["dead", "alive"].contains(word)) {
            Some(&"dead") => Life::Dead { since: None },
            Some(_) => Life::Alive,
            None => Life::Unsaid,
        },
    }
}

/// `None`: nothing is said. `Some((None, hour))`: as it was before.
fn told(events: &[Event]) -> Option<(Option<PatientStatus>, u32)> {
    fold(events, at(18)).map(|standing| (standing.status, standing.since.hour()))
}

/// Every order of the messages.
fn orders(events: &[Event]) -> Vec<Vec<Event>> {
    if events.len() <= 1 {
        return vec![events.to_vec()];
    }
    let with_first = |first: usize| {
        let mut rest = events.to_vec();
        let one = rest.remove(first);
        orders(&rest).into_iter().map(move |mut order| {
            order.push(one.clone());
            order
        })
    };
    (0..events.len()).flat_map(with_first).collect()
}

fn check(messages: &[&str], expected: Option<(Option<PatientStatus>, u32)>) {
    let events: Vec<Event> = messages.iter().map(|text| event(text)).collect();
    for order in orders(&events) {
        assert_eq!(told(&order), expected, "{messages:?}");
    }
}

#[test]
fn one_message_of_every_trigger_and_class() {
    let classes = ["I", "B", "E", "O", "R", "P", "C", "N", "U", "-"];
    let h = Some(Inpatient);
    let (e, c, t) = (Some(InEd), Some(InClinic), Some(Transition));
    let before = Some(None);
    let none = None;
    let table: [(&str, [Option<Option<PatientStatus>>; 10]); 14] = [
        ("A01", [Some(h), Some(h), Some(e), Some(c), Some(c), none, none, none, Some(h), Some(h)]),
        ("A02", [none; 10]),
        ("A03", [Some(t), Some(t), before, before, before, none, none, none, none, none]),
        ("A04", [Some(h), Some(h), Some(e), Some(c), Some(c), none, none, none, none, none]),
        ("A05", [none; 10]),
        ("A06", [Some(h); 10]),
        ("A07", [Some(c), Some(c), Some(e), Some(c), Some(c), Some(c), Some(c), Some(c), Some(c), Some(c)]),
        ("A08", [none; 10]),
        ("A11", [none; 10]),
        ("A12", [none; 10]),
        ("A13", [none; 10]),
        ("A28", [none; 10]),
        ("A31", [none; 10]),
        ("A40", [none; 10]),
    ];
    for (trigger, row) in table {
        for (class, expected) in classes.into_iter().zip(row) {
            check(&[&format!("{trigger} {class} V1 @8")], expected.map(|status| (status, 8)));
        }
    }
}

#[test]
fn a_stay_ends_the_same_in_every_order() {
    check(&["A04 E V1 @8", "A06 I V1 @9", "A02 I V1 @10 in:W2", "A03 I V1 @12 d01"], Some((Some(Transition), 12)));
    check(&["A04 E V1 @8", "A06 I V1 @9", "A08 I V1 @10", "A02 I V1 @11"], Some((Some(Inpatient), 9)));
    check(&["A04 E V1 @8", "A03 E V1 @9", "A01 I V2 @10", "A13 E V1 @9"], Some((Some(Inpatient), 10)));
    check(&["A04 E - @8", "A06 I - @9", "A03 I - @12", "A13 I - @13"], Some((Some(Inpatient), 9)));
    check(&["A01 I V1 @8", "A03 I V1 @9", "A01 I V2 @10", "A03 I V2 @11"], Some((Some(Transition), 11)));
}

#[test]
fn cancels_undo_what_they_cancel_and_no_more() {
    for (messages, expected) in [
        (&["A01 I V1 @8", "A11 I V1 @9"][..], None),
        (&["A01 I - @8", "A11 I - @9"], None),
        // Clocks that differ: the number tells.
        (&["A01 I V1 @9", "A11 I V1 @8"], None),
        (&["A01 I - @9", "A11 I - @8"], Some((Some(Inpatient), 9))),
        // The whole visit never was, whatever else was said of it.
        (&["A01 I V1 @8", "A02 I V1 @9", "A03 I V1 @10", "A11 I V1 @11"], None),
        (&["A01 I - @8", "A03 I - @10", "A11 I - @11"], None),
        (&["A04 E V1 @8", "A06 I V1 @9", "A11 I V1 @11"], None),
        // What began before stays.
        (&["A04 E V1 @8", "A01 I V1 @9", "A11 I V1 @10"], Some((Some(InEd), 8))),
        (&["A04 E V1 @8", "A01 I V2 @9", "A11 I V2 @10"], Some((Some(InEd), 8))),
        (&["A01 I V1 @8", "A03 I V1 @9", "A01 I V2 @10", "A11 I V2 @11"], Some((Some(Transition), 9))),
        // Another hospital's cancel, another visit's cancel.
        (&["A01 I V1 @8", "A11 I V1 @9 from:GRACE"], Some((Some(Inpatient), 8))),
        (&["A01 I V1 @8", "A11 I V2 @9"], Some((Some(Inpatient), 8))),
        (&["A01 I V1 @8", "A03 I V1 @9", "A13 I V1 @10"], Some((Some(Inpatient), 8))),
        (&["A01 I V1 @8", "A03 I V1 @9", "A13 I V1 @10", "A03 I V1 @11"], Some((Some(Transition), 11))),
        // The admission was never told: the cancelled discharge tells that the patient is there.
        (&["A03 I V1 @9", "A13 I V1 @10"], Some((Some(Inpatient), 9))),
        (&["A13 I V1 @10"], None),
        (&["A01 I V1 @8", "A03 I V1 @9 d20", "A13 I V1 @10"], Some((Some(Inpatient), 8))),
    ] {
        check(messages, expected);
    }
}

#[test]
fn where_the_patient_went_decides() {
    for (code, expected) in [
        ("01", (Some(Transition), 10)),
        ("06", (Some(Transition), 10)),
        ("07", (Some(Transition), 10)),
        ("50", (Some(Transition), 10)),
        ("02", (Some(Inpatient), 8)),
        ("03", (Some(Inpatient), 8)),
        ("65", (Some(Inpatient), 8)),
        ("66", (Some(Inpatient), 8)),
        ("30", (Some(Inpatient), 8)),
        ("20", (Some(Deceased), 10)),
    ] {
        check(&["A01 I V1 @8", &format!("A03 I V1 @10 d{code}")], Some(expected));
    }
    check(&["A04 E V1 @8", "A03 E V1 @10 d01"], Some((None, 10)));
    check(&["A04 E V1 @8", "A03 E V1 @10 d09"], Some((Some(InEd), 8)));
    check(&["A04 E V1 @8", "A03 E V1 @10 d02"], Some((Some(Inpatient), 10)));
    check(&["A04 E V1 @8", "A03 E V1 @10 d20"], Some((Some(Deceased), 10)));
    check(&["A01 I V1 @8", "A03 I V1 @10 d03", "A03 I V9 @14 d01 from:SNF"], Some((Some(Transition), 14)));
}

#[test]
fn a_transition_outlasts_an_emergency_visit_and_not_a_readmission() {
    let stay = ["A01 I V1 @6", "A03 I V1 @7"];
    let with = |more: &[&'static str]| [&stay[..], more].concat();
    check(&with(&["A04 E V2 @9"]), Some((Some(InEd), 9)));
    check(&with(&["A04 E V2 @9", "A03 E V2 @10"]), Some((Some(Transition), 7)));
    check(&with(&["A01 I V2 @9", "A03 I V2 @10"]), Some((Some(Transition), 10)));
    check(&with(&["A01 I V2 @9"]), Some((Some(Inpatient), 9)));
}

#[test]
fn a_person_is_in_one_place() {
    check(&["A01 I V1 @8", "A04 O V2 @9"], Some((Some(Inpatient), 8)));
    check(&["A01 I V1 @8", "A04 E V2 @9 from:GRACE"], Some((Some(InEd), 9)));
    check(&["A04 O V1 @8", "A04 E V2 @9"], Some((Some(InEd), 9)));
    check(&["A04 E V1 @8", "A01 I V2 @9", "A03 E V1 @10"], Some((Some(Inpatient), 9)));
    check(&["A01 I - @8", "A04 E - @12"], Some((Some(InEd), 12)));
    check(&["A01 I V1 @8", "A04 E V1 @12"], Some((Some(Inpatient), 8)));
    check(&["A04 E - @8", "A01 I - @9", "A03 E - @10"], Some((Some(Inpatient), 9)));
    check(&["A04 E V1 @8", "A06 I V1 @9", "A03 E V1 @10"], Some((Some(Transition), 10)));
    check(&["A04 O - @8", "A04 O - @12"], Some((Some(InClinic), 12)));
    check(&["A01 I V1 @8", "A07 O V1 @9"], Some((Some(InClinic), 9)));
    check(&["A01 I V1 @8 until:10"], Some((Some(Transition), 10)));
    check(&["A01 I V1 @8 until:10", "A11 I V1 @12"], None);
}

#[test]
fn a_clinic_visit_that_nobody_ends_is_over_after_half_a_day() {
    check(&["A04 O V1 @2"], Some((None, 14)));
    check(&["A01 I V1 @1", "A03 I V1 @2", "A04 O V2 @3"], Some((Some(Transition), 2)));
    check(&["A04 O V1 @7"], Some((Some(InClinic), 7)));
}

#[test]
fn death_outlasts_everything_but_its_being_taken_back() {
    check(&["A08 - - @8 dead"], Some((Some(Deceased), 8)));
    check(&["A08 - - @8 dead", "A01 I V1 @9", "A03 I V1 @10"], Some((Some(Deceased), 8)));
    check(&["A01 I V1 @7", "A08 - - @8 dead", "A08 - - @9 alive"], Some((Some(Inpatient), 7)));
    check(&["A08 - - @8 dead", "A08 - - @9 alive from:LAB"], Some((Some(Deceased), 8)));
    check(&["A08 - - @8 dead", "A31 - - @9"], Some((Some(Deceased), 8)));
    check(&["A01 I V1 @7", "A03 I V1 @8 d20", "A08 - - @9 alive"], Some((Some(Deceased), 8)));
}

#[test]
fn a_cancelled_transfer_reverts_the_place() {
    let place = |messages: &[&str]| {
        let events: Vec<Event> = messages.iter().map(|text| event(text)).collect();
        fold(&events, at(18)).and_then(|standing| standing.location)
    };
    let stay = ["A01 I V1 @8 in:W1", "A02 I V1 @9 in:W2"];
    assert_eq!(place(&stay).as_deref(), Some("W2"));
    assert_eq!(place(&[stay[0], stay[1], "A12 I V1 @10"]).as_deref(), Some("W1"));
    assert_eq!(place(&["A12 I V1 @10", stay[1], stay[0]]).as_deref(), Some("W1"));
}
