//! Files that are handed in, and ways to files that are nobody's business.
use flate2::{Compression, write::GzEncoder};
use std::{fs, io::Write, path::Path};
use tests::{Folder, Kind, Kit, Practice, Store, process};

/// There are no attachments; what is served are the dashboard's own files, from inside the program.
#[tokio::test]
async fn case_29_no_path_leads_to_a_file_of_the_machine() {
    let kit = Kit::start(Kind::Sqlite).await;
    let eva = kit.manager("Eva").await;
    for path in [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e%5c%2e%2e%5cetc%5cpasswd",
        "//etc/passwd",
        "/etc/passwd%00.js",
        "/export/../../etc/passwd",
        "/export/audit.csv/../../../etc/passwd",
        "/export/other.csv",
    ] {
        let answer = eva.browser.get(path).await;
        assert!(!answer.text.contains("root:"), "{path}: {answer}");
        assert!(
            answer.status == 404 || answer.text.contains("<html") || answer.text.contains("<!doctype"),
            "{path}: {answer}"
        );
    }
    kit.end().await;
}

fn import(url: &str, kind: &str, file: &Path) -> (Option<i32>, String) {
    let output = process::run(&["import", kind, file.to_str().unwrap(), "--database-url", url]);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), said)
}

/// What grows without end when it is unpacked, one line without end, marks and line ends of other systems, other letters.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_81_bombs_and_odd_files_are_refused_by_line_and_their_neighbours_come_in() {
    let store = Store::migrated(Kind::Sqlite).await;
    Practice::in_store(&store, "Practice").await.lets_go().await;
    let folder = Folder::new();
    let write = |name: &str, content: &[u8]| {
        let path = folder.0.join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let person = |id: &str| {
        format!(
            "{{\"resourceType\":\"Patient\",\"id\":\"{id}\",\"name\":[{{\"family\":\"Diaz\",\"given\":[\"Rosa\"]}}]}}"
        )
    };

    // A kilobyte that is a gigabyte would not end here in time, nor fit.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(b"{\"resourceType\":\"Patient\",\"id\":\"").unwrap();
    for _ in 0..200 {
        bomb.write_all(&[b'a'; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    for name in ["bomb.json.gz", "bomb.ndjson.gz"] {
        let file = write(name, &bomb);
        let url = store.url.clone();
        let (status, said) = tokio::task::spawn_blocking(move || import(&url, "fhir", &file)).await.unwrap();
        assert_eq!(status, Some(1), "{name}: {said}");
        assert!(said.contains("1 refused") || said.contains("refused"), "{name}: {said}");
    }
    let file = write("bomb.hl7", &[b"MSH|^~\\&|".as_slice(), &vec![b'x'; 20 << 20]].concat());
    let (status, said) = import(&store.url, "hl7v2", &file);
    assert_eq!(status, Some(1), "{said}");

    let lines = format!("\u{feff}{}\r\n{}\rnonsense\r\n{}\n", person("a"), person("b"), person("c"));
    let file = write("marks.ndjson", lines.as_bytes());
    let (status, said) = import(&store.url, "fhir", &file);
    assert!(status == Some(1) && said.contains("line "), "the line is named: {said}");
    let latin = person("d").replace("Diaz", "D\u{ed}az").chars().map(|c| c as u8).collect::<Vec<_>>();
    let file = write("latin.json", &latin);
    let (status, said) = import(&store.url, "fhir", &file);
    assert_eq!(status, Some(1), "{said}");
    assert!(!said.contains("panic"), "{said}");
}
