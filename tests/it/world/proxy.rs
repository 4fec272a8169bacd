//! A TCP proxy between Consigne and one of its stores, which can go away and come back.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes bytes on while it is up; resets every connection while it is down.
pub struct Proxy {
    pub address: SocketAddr,
    up: Arc<watch::Sender<bool>>,
}

impl Proxy {
    /// In front of an address.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (up, seen) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut seen = seen.clone();
                tokio::spawn(async move {
                    if !*seen.borrow() {
                        return;
                    }
                    let Ok(mut server) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        () = async { let _ = seen.wait_for(|up| !up).await; } => {}
                    }
                });
            }
        });
        Self { address, up: Arc::new(up) }
    }

    /// Goes away: open connections break, new ones are closed at once.
    pub fn cut(&self) {
        self.up.send_replace(false);
    }

    /// Comes back.
    pub fn mend(&self) {
        self.up.send_replace(true);
    }
}
