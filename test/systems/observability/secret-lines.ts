/** Lines with a secret each, and what must not be left of it. */
export const SECRETS: readonly (readonly [string, string])[] = [
    ["login password=hunter22 user=bob", "hunter22"],
    ['{"msg":"connect","password":"s3cr3t, with words","n":1}', "words"],
    ["GET /api?api_key=abcdef123&x=1", "abcdef123"],
    ["Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
    ["postgres://app:p4ssw0rd@db.example.svc:5432/app", "p4ssw0rd"],
    ["x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0abc.c2lnbmF0dXJlMTIz y", "c2lnbmF0dXJl"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "abcdefghijkl"],
];
/** Lines in which there is none. */
export const HARMLESS: readonly string[] = [
    '{"kind":"Event","objectRef":{"resource":"secrets","name":"n8n-password"}}',
    "http://host:8080/path@x basic authentication failed, password rotated",
];
