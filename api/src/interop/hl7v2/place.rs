//! Where a patient is, one event after the other in the order of the world. Pure.
use super::{
    rules::{Event, Standing, standing},
    trigger::{Class, Disposition, Setting, Trigger},
};
use chrono::{DateTime, Duration, Utc};
use entity::patient::PatientStatus;

/// How long a visit to a clinic lasts at most, when nobody says that it is over.
pub const CLINIC_VISIT: Duration = Duration::hours(12);

/// Where the patient is while the events are read one after the other.
#[derive(Default)]
pub struct Place<'e> {
    visit: Option<Visit<'e>>,
    /// What is true while there is no visit.
    rest: Option<Standing>,
}

struct Visit<'e> {
    setting: Setting,
    since: DateTime<Utc>,
    begun_by: &'e Event,
    told_by: &'e Event,
    location: Option<&'e String>,
}

impl<'e> Place<'e> {
    pub fn take(&mut self, event: &'e Event) {
        match event.trigger {
            Trigger::A01 | Trigger::A04 => {
                if let Some(setting) = Setting::at_start(event.trigger, event.class) {
                    self.enter(event, setting);
                }
            }
            Trigger::A06 => self.change(event, Setting::Hospital),
            Trigger::A07 if event.class == Class::Emergency => self.change(event, Setting::Emergency),
            Trigger::A07 => self.change(event, Setting::Clinic),
            Trigger::A02 => {
                if let Some(visit) = self.visit_of(event) {
                    visit.location = event.location.as_ref().or(visit.location);
                }
            }
            Trigger::A03 => self.leave(event),
            Trigger::A05 | Trigger::A08 | Trigger::A11 | Trigger::A12 | Trigger::A13 => {}
            Trigger::A28 | Trigger::A31 | Trigger::Merge => {}
        }
    }

    fn visit_of(&mut self, event: &Event) -> Option<&mut Visit<'e>> {
        self.visit.as_mut().filter(|visit| event.may_share_a_visit_with(visit.begun_by))
    }

    fn enter(&mut self, event: &'e Event, setting: Setting) {
        let in_hospital = self.visit.as_ref().is_some_and(|visit| visit.setting != Setting::Clinic);
        match self.visit_of(event) {
            // Told again; only A07 makes a visit less grave. Where no number says that it is the same visit, somebody who
            // comes to the emergency department has left the hospital before, though nobody said so.
            Some(visit)
                if visit.setting > setting
                    && (setting == Setting::Clinic || event.names_the_visit_of(visit.begun_by)) =>
            {
                return;
            }
            // A clinic without visit numbers begins a new one each time.
            Some(visit) if visit.setting == setting && (setting != Setting::Clinic || event.visit.is_some()) => return,
            Some(_) => {}
            None if setting == Setting::Clinic && in_hospital => return,
            None => {}
        }
        self.change(event, setting);
    }

    fn change(&mut self, event: &'e Event, setting: Setting) {
        let known = self.visit_of(event).map(|visit| (visit.begun_by, visit.location));
        let (begun_by, location) = known.unwrap_or((event, None));
        // A readmission ends the transition: the next discharge begins a new one.
        if setting == Setting::Hospital {
            self.rest = None;
        }
        let location = event.location.as_ref().or(location);
        self.visit = Some(Visit { setting, since: event.at, begun_by, told_by: event, location });
    }

    fn leave(&mut self, event: &'e Event) {
        let class = event.class.setting();
        let (setting, since) = match self.visit_of(event) {
            // The emergency department is done with somebody whom the hospital has admitted.
            Some(visit) if class.is_some_and(|it| it < visit.setting) && !event.names_the_visit_of(visit.begun_by) => {
                return;
            }
            Some(visit) => (class.map_or(visit.setting, |class| class.max(visit.setting)), visit.since),
            // The end of a visit that was never told, or of one that another has followed.
            None => match class.filter(|_| self.visit.is_none()) {
                Some(class) => (class, event.at),
                None => return,
            },
        };
        let stays = event.disposition == Disposition::Stays && setting != Setting::Clinic;
        if stays {
            return;
        }
        self.visit = None;
        let told = |status, since| Some(standing(status, since, event));
        match (setting, event.disposition) {
            (Setting::Hospital, Disposition::Facility) => self.rest = told(Some(PatientStatus::Inpatient), since),
            (Setting::Emergency, Disposition::Facility) => self.rest = told(Some(PatientStatus::Inpatient), event.at),
            (Setting::Hospital, _) => self.rest = told(Some(PatientStatus::Transition), event.at),
            (Setting::Emergency | Setting::Clinic, _) => {
                // A transition goes on after a visit to the emergency department.
                if self.rest.as_ref().is_none_or(|rest| rest.status.is_none()) {
                    self.rest = told(None, event.at);
                }
            }
        }
    }

    /// A discharge that was taken back: where no message began the visit, it is known from now on.
    pub fn go_on_after_all(&mut self, event: &'e Event) {
        if let Some(setting) = event.class.setting()
            && event.trigger == Trigger::A03
            && self.visit.is_none()
        {
            self.change(event, setting);
        }
    }

    pub fn standing(self, now: DateTime<Utc>) -> Option<Standing> {
        match self.visit {
            Some(visit) if visit.setting == Setting::Clinic && visit.since + CLINIC_VISIT < now => {
                Some(self.rest.unwrap_or_else(|| standing(None, visit.since + CLINIC_VISIT, visit.told_by)))
            }
            Some(visit) => {
                let told = standing(Some(visit.setting.status()), visit.since, visit.told_by);
                Some(Standing { location: visit.location.cloned(), ..told })
            }
            None => self.rest,
        }
    }
}
