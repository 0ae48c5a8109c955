//! TLS by the program itself. New files are taken up while it serves; broken ones are not.
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    version::{TLS12, TLS13},
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    serving: RwLock<Serving>,
}

#[derive(Clone)]
struct Serving {
    config: Arc<ServerConfig>,
    /// Of the files that it was made of.
    digest: [u8; 32],
}

impl Tls {
    /// From two PEM files: the certificate with those that vouch for it, and its key.
    pub fn load(certificate: &Path, key: &Path) -> Result<Arc<Self>, String> {
        let serving = RwLock::new(Serving::load(certificate, key)?);
        Ok(Arc::new(Self { certificate: certificate.to_owned(), key: key.to_owned(), serving }))
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.serving.read().unwrap_or_else(PoisonError::into_inner).config.clone())
    }

    /// Takes up new files, every few seconds and on SIGHUP, for ever.
    pub async fn follow(self: Arc<Self>) {
        let mut hangup = match signal(SignalKind::hangup()) {
            Ok(hangup) => hangup,
            Err(error) => return tracing::error!(%error, "new TLS certificates are not taken up"),
        };
        let mut last_complaint = String::new();
        loop {
            tokio::select! {
                _ = hangup.recv() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            match self.look() {
                Ok(true) => tracing::info!("a new TLS certificate is in use"),
                Ok(false) => last_complaint.clear(),
                Err(why) if why != last_complaint => {
                    tracing::error!("the new TLS certificate cannot be used, the old one stays: {why}");
                    last_complaint = why;
                }
                Err(_) => {}
            }
        }
    }

    fn look(&self) -> Result<bool, String> {
        let known = self.serving.read().unwrap_or_else(PoisonError::into_inner).digest;
        let (certificate, key) = (read(&self.certificate)?, read(&self.key)?);
        if digest(&certificate, &key) == known {
            return Ok(false);
        }
        let new = Serving::of(&certificate, &key)?;
        *self.serving.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(true)
    }
}

impl Serving {
    fn load(certificate: &Path, key: &Path) -> Result<Self, String> {
        Self::of(&read(certificate)?, &read(key)?)
    }

    fn of(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.map_err(|error| format!("the certificate file is no PEM: {error}"))?;
        let secret =
            PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the key file holds no key: {error}"))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(chain, secret)
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), digest: digest(certificate, key) })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn digest(certificate: &[u8], key: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update((certificate.len() as u64).to_be_bytes());
    digest.update(certificate);
    digest.update(key);
    digest.finalize().into()
}
