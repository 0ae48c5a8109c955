//! How long an import of FHIR files takes, beside only parsing them with serde_json.
//!
//! `cargo run --profile bench-quick -p api --example import_fhir -- [FOLDER]`: without a folder it makes up its own.
//! With `HUDDLE_IMPORT_ONLY` set it only imports, once: for measuring memory, as parsing reads whole files.
use api::{
    App, Clock, Config, Cx,
    interop::{self, fhir},
    people,
};
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use std::{
    error::Error,
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let scratch = std::env::temp_dir().join(format!("huddle-import-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&scratch)?;
    let result = measure(&scratch).await;
    std::fs::remove_dir_all(&scratch)?;
    result
}

async fn measure(scratch: &Path) -> Result<(), Box<dyn Error>> {
    let given: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let paths = if given.is_empty() { vec![make_up(scratch)?] } else { given };
    let files = interop::files(&paths, |path| path.extension().is_some_and(|end| end == "gz" || end == "json"))?;
    let only = std::env::var_os("HUDDLE_IMPORT_ONLY").is_some();
    let (mut bytes, mut parsing) = (0, Duration::ZERO);
    if !only {
        // Once unmeasured, so that both find the files in memory.
        parse(&files)?;
        (bytes, parsing) = parse(&files)?;
    }

    let url = match std::env::var("HUDDLE_DATABASE_URL") {
        Ok(url) => url,
        Err(_) => format!("sqlite://{}?mode=rwc", scratch.join("huddle.db").display()),
    };
    let app = App::open(&url, Clock::System, Config::default()).await?;
    let practice = people::service::organization(&app, None).await?;
    let cx = Cx::system(app, practice.id);
    let options = fhir::Options { team: "Unassigned".to_owned(), progress: true };
    let start = Instant::now();
    let first = fhir::import(&cx, &paths, &options).await?;
    let importing = start.elapsed();
    if only {
        println!("{first}\nimport {:.2} s", importing.as_secs_f64());
        return Ok(());
    }
    let start = Instant::now();
    let second = fhir::import(&cx, &paths, &options).await?;
    let again = start.elapsed();

    println!("{first}\n");
    println!("{second}\n");
    let line = |what: &str, took: Duration| {
        let (seconds, ratio) = (took.as_secs_f64(), took.as_secs_f64() / parsing.as_secs_f64());
        println!("{what:<32}{seconds:>8.2} s{ratio:>8.2} times parsing");
    };
    println!("{} files, {:.1} MB unpacked", files.len(), bytes as f64 / 1e6);
    line("only parsing with serde_json", parsing);
    line("import", importing);
    line("import again, all unchanged", again);
    Ok(())
}

fn parse(files: &[PathBuf]) -> Result<(usize, Duration), Box<dyn Error>> {
    let start = Instant::now();
    let mut bytes = 0;
    for file in files {
        let mut content = Vec::new();
        let mut packed = File::open(file)?;
        if file.extension().is_some_and(|end| end == "gz") {
            MultiGzDecoder::new(packed).read_to_end(&mut content)?;
        } else {
            packed.read_to_end(&mut content)?;
        }
        bytes += content.len();
        // A file of lines is as many documents.
        for document in serde_json::Deserializer::from_slice(&content).into_iter::<serde_json::Value>() {
            std::hint::black_box(document.ok());
        }
    }
    Ok((bytes, start.elapsed()))
}

/// Transaction bundles of made-up people, each with as many visits and results as an older patient has.
fn make_up(scratch: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = scratch.join("bundles");
    std::fs::create_dir_all(&folder)?;
    for person in 0..60 {
        let file = File::create(folder.join(format!("person-{person}.json.gz")))?;
        let mut out = GzEncoder::new(file, Compression::fast());
        let urn = |kind: u32, number: u32| format!("urn:uuid:{person:08x}-{kind:04x}-4000-8000-{number:012x}");
        let patient = serde_json::json!({
            "resourceType": "Patient", "id": &urn(0, 0)[9..], "gender": "female", "birthDate": "1950-02-28",
            "identifier": [{"system": "http://records.example", "value": format!("M{person}"),
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}}],
            "name": [{"family": format!("Sample{person}"), "given": ["Ada"]}],
        });
        let mut entries = vec![serde_json::json!({"fullUrl": urn(0, 0), "resource": patient,
            "request": {"method": "POST", "url": "Patient"}})];
        for number in 1..600 {
            let resource = serde_json::json!({
                "resourceType": "Observation", "id": &urn(1, number)[9..], "status": "final",
                "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                    "code": "laboratory", "display": "laboratory"}]}],
                "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "Hemoglobin A1c"}],
                    "text": "Hemoglobin A1c"},
                "subject": {"reference": urn(0, 0)}, "effectiveDateTime": "2020-03-01T09:30:00-05:00",
                "issued": "2020-03-01T09:30:00.123-05:00",
                "valueQuantity": {"value": f64::from(number) / 7.0, "unit": "%", "code": "%"},
            });
            entries.push(serde_json::json!({"fullUrl": urn(1, number), "resource": resource,
                "request": {"method": "POST", "url": "Observation"}}));
        }
        let bundle = serde_json::json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
        out.write_all(serde_json::to_string_pretty(&bundle)?.as_bytes())?;
        out.finish()?;
    }
    Ok(folder)
}
