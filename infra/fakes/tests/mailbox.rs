//! The mailbox: what the local AWS tells is kept, shown, and harmless.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use fakes::BoxError;
use fakes::mailbox::{Mail, Mailbox, pages};
use http::StatusCode;
use serde_json::json;
use testkit::wire::{get, record, serve};

/// Three mails as ministack 1.5.33 tells of them.
fn three_mails() -> Response {
    let told = json!({ "messages": { "000000000000": [
        {
            "MessageId": "076e3383-6a2b@email.amazonses.com", "Source": "Demo <demo@localhost>",
            "To": ["Ann <ann@example.test>"], "CC": [], "BCC": [], "Subject": "Verify",
            "BodyText": "code 1", "BodyHtml": "", "Timestamp": 1_795_208_835.754_572_6,
            "Type": "v2.SendEmail"
        },
        {
            "MessageId": "../../b4fc@email.amazonses.com", "Source": "demo@localhost",
            "To": ["ANN@example.test", "bob@example.test"], "CC": [], "BCC": [],
            "Subject": "<script>alert(1)</script>", "BodyText": "</pre><b>text</b>",
            "BodyHtml": "<a href=\"https://pod.example.test\">Open</a>",
            "Timestamp": 1_795_208_836.5, "Type": "v2.SendEmail"
        },
        {
            "MessageId": "cf0b@email.amazonses.com", "Source": "demo@localhost",
            "To": ["bob@example.test"], "CC": [], "BCC": [], "Subject": "Raw",
            "BodyText": "raw", "BodyHtml": null, "Timestamp": 1_795_208_837, "Type": "v2.SendEmail"
        },
        { "Type": "something newer" }
    ] } });
    Json(told).into_response()
}

fn no_mails() -> Response {
    Json(json!({ "messages": {} })).into_response()
}

fn failure() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// A mailbox in `folder` over a local AWS that tells what `told` makes.
async fn mailbox(folder: &Path, told: fn() -> Response) -> Result<SocketAddr, BoxError> {
    let (emulator, _) = record(told).await?;
    let mailbox = Mailbox::open(folder, &format!("http://{emulator}"))?;
    serve(pages::router(Arc::new(mailbox))).await
}

async fn subjects(address: SocketAddr, path: &str) -> Result<Vec<String>, BoxError> {
    let mails: Vec<Mail> = serde_json::from_str(&get(address, path).await?.body)?;
    Ok(mails.into_iter().map(|mail| mail.subject).collect())
}

#[tokio::test]
async fn mails_are_listed_newest_first_and_by_recipient() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), three_mails).await?;
    let script = "<script>alert(1)</script>";
    let all = "/mail/messages.json";
    assert_eq!(subjects(address, all).await?, ["Raw", script, "Verify"]);
    let to_ann = "/mail/messages.json?to=ann@example.test";
    assert_eq!(subjects(address, to_ann).await?, [script, "Verify"]);
    let to_nobody = "/mail/messages.json?to=example.test";
    assert_eq!(subjects(address, to_nobody).await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn a_mail_as_json_has_these_fields() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), three_mails).await?;
    let answer = get(address, "/mail/messages.json").await?;
    let mails: Vec<serde_json::Value> = serde_json::from_str(&answer.body)?;
    let expected = json!({
        "id": "076e3383-6a2b", "from": "Demo <demo@localhost>", "to": ["Ann <ann@example.test>"],
        "subject": "Verify", "text": "code 1", "html": null,
        "sent_at": "2026-11-20T21:07:15.754572Z",
    });
    assert_eq!(mails.last(), Some(&expected));
    Ok(())
}

#[tokio::test]
async fn mails_outlive_a_restart_of_the_local_aws_and_of_the_mailbox() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let first = mailbox(folder.path(), three_mails).await?;
    assert_eq!(subjects(first, "/mail/messages.json").await?.len(), 3);
    for told in [no_mails, failure] {
        let second = mailbox(folder.path(), told).await?;
        assert_eq!(subjects(second, "/mail/messages.json").await?.len(), 3);
        assert_eq!(get(second, "/mail/cf0b").await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn each_mail_is_one_whole_file_inside_the_folder() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("cf0b.part"), "half a ma")?;
    let address = mailbox(folder.path(), three_mails).await?;
    get(address, "/mail").await?;
    get(address, "/mail").await?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path())? {
        names.push(entry?.file_name().into_string().map_err(|_| "not a name")?);
    }
    names.sort();
    assert_eq!(names, ["------b4fc.json", "076e3383-6a2b.json", "cf0b.json"]);
    Ok(())
}

#[tokio::test]
async fn nothing_in_a_mail_becomes_part_of_the_page() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), three_mails).await?;
    let list = get(address, "/mail").await?;
    let one = get(address, "/mail/------b4fc").await?;
    for page in [&list, &one] {
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<script") && !page.body.contains("</pre><b>"));
        assert!(page.header("content-security-policy").concat().contains("default-src 'none'"));
    }
    assert!(list.body.contains("&#60;script&#62;alert(1)"));
    Ok(())
}

#[tokio::test]
async fn the_html_part_stays_in_a_frame_without_scripts() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), three_mails).await?;
    let page = get(address, "/mail/------b4fc").await?.body;
    let sandbox = "sandbox=\"allow-popups allow-popups-to-escape-sandbox \
                   allow-top-navigation-by-user-activation\"";
    assert!(page.contains(sandbox));
    assert!(page.contains("srcdoc=\"&#60;base target=&#34;_blank&#34;&#62;&#60;a href=&#34;"));
    assert!(!get(address, "/mail/cf0b").await?.body.contains("<iframe"));
    Ok(())
}

#[tokio::test]
async fn an_unknown_mail_is_a_404() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), three_mails).await?;
    assert_eq!(get(address, "/mail/none").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn an_empty_mailbox_says_so() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    let address = mailbox(folder.path(), no_mails).await?;
    assert!(get(address, "/mail").await?.body.contains("No mail yet"));
    Ok(())
}

#[tokio::test]
async fn a_damaged_mail_names_its_file() -> Result<(), BoxError> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("x.json"), "{")?;
    let opened = Mailbox::open(folder.path(), "http://127.0.0.1:1");
    assert!(opened.is_err_and(|error| error.to_string().contains("x.json")));
    Ok(())
}
