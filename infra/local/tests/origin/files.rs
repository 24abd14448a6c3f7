//! The files of the web app.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::symlink;

use local::BoxError;
use local::origin::files::router;
use tempfile::TempDir;

use crate::wire::{get, send, serve};

/// A folder with a web app in it and a secret beside it.
async fn web_app() -> Result<(TempDir, SocketAddr), BoxError> {
    let folder = tempfile::tempdir()?;
    let web = folder.path().join("web");
    fs::create_dir_all(web.join("assets"))?;
    fs::write(web.join("index.html"), "<p>app</p>")?;
    fs::write(web.join("assets/app one.js"), "start()")?;
    fs::write(web.join(".env"), "secret")?;
    fs::write(folder.path().join("secret.txt"), "secret")?;
    symlink(folder.path().join("secret.txt"), web.join("linked.txt"))?;
    let address = serve(router(web)).await?;
    Ok((folder, address))
}

#[tokio::test]
async fn a_file_is_served_with_its_type_and_the_guarding_headers() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = get(address, "/assets/app%20one.js?v=1").await?;
    assert_eq!((answer.status, answer.body.as_str()), (200, "start()"));
    assert_eq!(answer.header("content-type"), ["text/javascript; charset=utf-8"]);
    assert_eq!(answer.header("cache-control"), ["no-cache"]);
    assert_eq!(answer.header("x-content-type-options"), ["nosniff"]);
    assert_eq!(answer.header("referrer-policy"), ["no-referrer"]);
    let policy = answer.header("content-security-policy").concat();
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
    Ok(())
}

#[tokio::test]
async fn a_page_of_the_app_is_the_index() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    for path in ["/", "/login", "/activate?token=a.b", "/pods/pod_1", "/assets", "/assets/"] {
        let answer = get(address, path).await?;
        assert_eq!((answer.status, answer.body.as_str()), (200, "<p>app</p>"), "{path}");
        assert_eq!(answer.header("content-type"), ["text/html; charset=utf-8"], "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_missing_file_is_not_the_index() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    assert_eq!(get(address, "/assets/gone.js").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder_or_to_a_hidden_file() -> Result<(), BoxError> {
    let (folder, address) = web_app().await?;
    let absolute = format!("/{}", folder.path().join("secret.txt").display());
    let paths = [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/.env",
        "/%2eenv",
        "/linked.txt",
        "/secret.txt%00.js",
        "/%zz.js",
        "/%",
        &absolute,
    ];
    for path in paths {
        let answer = get(address, path).await?;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("secret"), "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() -> Result<(), BoxError> {
    let (folder, address) = web_app().await?;
    let tag = get(address, "/").await?.header("etag").concat();
    let known = format!("if-none-match: \"other\", W/{tag}");
    let lines = ["GET / HTTP/1.1", "host: localhost", &known];
    let unchanged = send(address, &lines, "").await?;
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));

    fs::write(folder.path().join("web/index.html"), "<p>new</p>")?;
    let changed = send(address, &lines, "").await?;
    assert_eq!((changed.status, changed.body.as_str()), (200, "<p>new</p>"));
    Ok(())
}

#[tokio::test]
async fn a_head_request_tells_the_length_without_the_body() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = send(address, &["HEAD / HTTP/1.1", "host: localhost"], "").await?;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("content-length"), ["10"]);
    Ok(())
}

#[tokio::test]
async fn a_file_cannot_be_written() -> Result<(), BoxError> {
    let (_folder, address) = web_app().await?;
    let answer = send(address, &["PUT /index.html HTTP/1.1", "host: localhost"], "x").await?;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.header("allow"), ["GET, HEAD"]);
    Ok(())
}
