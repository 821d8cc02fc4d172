//! Callers of a real directory, OpenLDAP: in the clear on this machine, by StartTLS and by LDAPS.

use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::{
    kit::{Running, folder, get, until},
    pebble::free,
};

const ENTRIES: &str = "\
dn: dc=example,dc=com
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=example,dc=com
objectClass: organizationalUnit
ou: groups

dn: cn=gateway,dc=example,dc=com
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: gateway
userPassword: gateway password

dn: uid=ada,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@example.com
userPassword: analytical engine

dn: uid=o\\,brien (1),ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: o,brien (1)
cn: O Brien
sn: Brien
userPassword: pass word

dn: cn=writers,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: writers
member: uid=ada,ou=people,dc=example,dc=com
member: uid=o\\,brien (1),ou=people,dc=example,dc=com
";

/// A running slapd; ended when dropped.
struct Slapd {
    child: Child,
    folder: TempDir,
    port: u16,
    secure: u16,
}

impl Slapd {
    /// Starts one; `None`, and said, where there is none on this machine.
    fn start() -> Option<Slapd> {
        let program = |name: &str| {
            let path = PathBuf::from("/usr/sbin").join(name);
            path.exists().then_some(path)
        };
        let (Some(slapd), Some(slapadd)) = (program("slapd"), program("slapadd")) else {
            eprintln!(
                "SKIPPED: LDAP with a real directory: `slapd` is not installed (on Debian: apt-get install slapd)"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        fs::write(path("authority.pem"), authority.pem()).unwrap();
        fs::write(path("own.pem"), certificate.pem()).unwrap();
        fs::write(path("own.key"), key.serialize_pem()).unwrap();
        fs::write(path("entries.ldif"), ENTRIES).unwrap();
        fs::create_dir(path("entries")).unwrap();
        let config = format!(
            "include /etc/ldap/schema/core.schema\n\
             include /etc/ldap/schema/cosine.schema\n\
             include /etc/ldap/schema/inetorgperson.schema\n\
             modulepath /usr/lib/ldap\n\
             moduleload back_mdb\n\
             pidfile {0}/pid\n\
             TLSCACertificateFile {0}/authority.pem\n\
             TLSCertificateFile {0}/own.pem\n\
             TLSCertificateKeyFile {0}/own.key\n\
             database mdb\n\
             suffix \"dc=example,dc=com\"\n\
             directory {0}/entries\n\
             access to attrs=userPassword by anonymous auth by * none\n\
             access to * by dn.exact=\"cn=gateway,dc=example,dc=com\" read by self read by * none\n",
            folder.path().display()
        );
        fs::write(path("slapd.conf"), config).unwrap();
        let added =
            Command::new(slapadd).args(["-f", &path("slapd.conf"), "-l", &path("entries.ldif")]).output();
        let added = added.unwrap();
        assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        let (port, secure) = (free(), free());
        let listens = format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{secure}");
        let log = fs::File::create(path("log")).unwrap();
        let child = Command::new(slapd)
            .args(["-d", "0", "-f", &path("slapd.conf"), "-h", &listens])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let slapd = Slapd { child, folder, port, secure };
        until("slapd listens", || TcpStream::connect(("127.0.0.1", secure)).is_ok());
        Some(slapd)
    }

    /// A gateway in front of an echo, and the folder it is configured by.
    fn gateway(&self, policy: &str) -> (Running, TempDir) {
        let authority = self.folder.path().join("authority.pem");
        let policy = policy
            .replace("PORT", &self.port.to_string())
            .replace("SECURE", &self.secure.to_string())
            .replace("AUTHORITY", authority.to_str().unwrap());
        let document = format!(
            "kind: route\nname: r\nmatch: {{ path: / }}\nupstream: {{ endpoints: [\"http://{}\"] }}\npolicies:\n  - ldap-auth: {policy}\n",
            crate::kit::echo()
        );
        let resources = folder(&[("resources.yaml", &document)]);
        let path = resources.path().to_str().unwrap();
        let gateway = Running::start(
            &["gateway", "--resources", path, "--http", "127.0.0.1:0", "--https", "off"],
            "gateway at",
        );
        (gateway, resources)
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status of a call, and who the upstream is told calls.
fn ask(gateway: &Running, name: &str, password: &str) -> (u16, Option<String>) {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let pair = STANDARD.encode(format!("{name}:{password}"));
    let answer = get(&gateway.http("/"), &[("authorization", &format!("Basic {pair}"))]);
    let told = || answer.json()["headers"]["x-user"].as_str().map(str::to_owned);
    (answer.status.as_u16(), (answer.status == 200).then(told).flatten())
}

#[test]
fn people_of_openldap_call_by_their_names_and_passwords() {
    let Some(slapd) = Slapd::start() else { return };
    let search = "bind: { dn: 'cn=gateway,dc=example,dc=com', password: gateway password }, \
                  user: { base: 'ou=people,dc=example,dc=com', filter: '(&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))' }, \
                  groups: { base: 'ou=groups,dc=example,dc=com', filter: '(member={dn})' }, forward_claims: { x-user: sub, x-groups: groups }";
    let direct = "user_dn: 'uid={username},ou=people,dc=example,dc=com', forward_claims: { x-user: sub }";
    for policy in [
        format!("{{ url: 'ldap://127.0.0.1:PORT', {search} }}"),
        format!("{{ url: 'ldap://localhost:PORT', start_tls: true, ca_file: AUTHORITY, {search} }}"),
        format!("{{ url: 'ldaps://localhost:SECURE', ca_file: AUTHORITY, {search} }}"),
        format!("{{ url: 'ldaps://localhost:SECURE', ca_file: AUTHORITY, {direct} }}"),
    ] {
        let (gateway, _files) = slapd.gateway(&policy);
        assert_eq!(ask(&gateway, "ada", "analytical engine"), (200, Some("ada".to_owned())), "{policy}");
        assert_eq!(
            ask(&gateway, "o,brien (1)", "pass word"),
            (200, Some("o,brien (1)".to_owned())),
            "{policy}"
        );
        for (name, password) in [
            ("ada", "wrong"),
            ("ada", ""),
            ("nobody", "analytical engine"),
            ("*", "analytical engine"),
            ("ada)(uid=*", "analytical engine"),
            ("ada,ou=people,dc=example,dc=com", "analytical engine"),
            ("o", "pass word"),
        ] {
            assert_eq!(ask(&gateway, name, password), (401, None), "{name} by {policy}");
        }
    }
    let (gateway, _files) =
        slapd.gateway(&format!("{{ url: 'ldaps://localhost:SECURE', ca_file: AUTHORITY, {search} }}"));
    for name in ["ADA", "Ada@Example.com"] {
        assert_eq!(ask(&gateway, name, "analytical engine"), (200, Some("ada".to_owned())));
    }
}

#[test]
fn a_directory_nobody_vouches_for_is_told_no_password() {
    let Some(slapd) = Slapd::start() else { return };
    let direct = "user_dn: 'uid={username},ou=people,dc=example,dc=com'";
    for policy in [
        format!("{{ url: 'ldaps://localhost:SECURE', {direct} }}"),
        format!("{{ url: 'ldap://localhost:PORT', start_tls: true, {direct} }}"),
        // The certificate is for a name, and this is another.
        format!("{{ url: 'ldaps://127.0.0.1:SECURE', ca_file: AUTHORITY, {direct} }}"),
        // Speaks TLS where nobody expects it.
        format!("{{ url: 'ldap://127.0.0.1:SECURE', timeout: 1s, {direct} }}"),
    ] {
        let (gateway, _files) = slapd.gateway(&policy);
        assert_eq!(ask(&gateway, "ada", "analytical engine"), (503, None), "{policy}");
    }
}
