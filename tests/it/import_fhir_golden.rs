//! Every FHIR file of the shared test data: how many come in, how many are refused, and that a second import is still.
use api::{
    App, Clock, Config, Cx,
    interop::fhir::{self, Options},
    people,
};
use std::path::PathBuf;
use tests::{Kind, Store};

/// Folder, files, resources created, updated, unchanged in the first run; refusals.
const FOLDERS: [(&str, u64, [u64; 3], usize); 10] = [
    ("bulk-ndjson", 22, [14_608, 88, 125], 0),
    ("deqm-gaps-in-care", 35, [32, 10, 18], 0),
    ("ecqm-tests", 145, [838, 14, 0], 0),
    ("medplum-tasks", 7, [47, 0, 4], 0),
    ("opensrp-anc", 35, [24, 0, 0], 14),
    // FSH is a source language of profiles, not FHIR.
    ("sdoh-tasks-fsh", 0, [0, 0, 0], 0),
    ("synthea-r4-bundles", 150, [45_885, 162, 292], 0),
    ("synthea-r4-conditional-refs", 21, [15_600, 0, 0], 0),
    ("us-core-care-team", 16, [18, 0, 0], 0),
    ("wrong-version", 5, [0, 0, 0], 5),
];

fn shared() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/fhir");
    if !folder.exists() {
        eprintln!("skipped: the shared test data is not at ../shared/data");
    }
    folder.exists().then_some(folder)
}

#[tokio::test]
async fn all_shared_files_come_in_or_are_refused_as_written_here() {
    let Some(shared) = shared() else { return };
    let options = Options { team: "Unassigned".to_owned(), progress: false };
    for (name, files, expected, refusals) in FOLDERS {
        let store = Store::migrated(Kind::Sqlite).await;
        let app = App::open(&store.url, Clock::System, Config::default()).await.unwrap();
        let practice = people::service::organization(&app, None).await.unwrap();
        let cx = Cx::system(app, practice.id);

        let first = fhir::import(&cx, &[shared.join(name)], &options).await.unwrap();
        let second = fhir::import(&cx, &[shared.join(name)], &options).await.unwrap();

        let total = first.total();
        assert_eq!((first.files, first.refused.len()), (files, refusals), "{name}: {first}");
        assert_eq!([total.created, total.updated, total.unchanged], expected, "{name}: {first}");
        let again = second.total();
        assert_eq!([again.created, again.updated], [0, 0], "{name}: {second}");
        assert_eq!(again.unchanged, expected.iter().sum::<u64>(), "{name}");
        assert_eq!(second.refused, first.refused, "{name}");
    }
}
