import assert from "node:assert/strict";
import { expiringSoon, expiry } from "../../components/cluster/certificate";

/** A self-signed certificate as Talos hands them out: PEM in base64. Its key was thrown away. */
const certificate = [
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiVENDQVJPZ0F3SUJBZ0lVZXZEVkVIN3Z0V21mS2ZvSVRJeURU",
    "UlFiK1owd0NnWUlLb1pJemowRUF3SXcKRERFS01BZ0dBMVVFQXd3QmREQWVGdzB5TmpFeE1qRXdNelEzTlRSYUZ3MHpO",
    "akV4TVRnd016UTNOVFJhTUF3eApDakFJQmdOVkJBTU1BWFF3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNB",
    "QVRJVmQwWmd1SndxZGRQCklxdnhIazF6dHBnTW5KajRDYjFUWnNLYVdPM2xFbHgrVjFKNmpmNG9mK2ZwQ0VuOURUa29C",
    "VVo2djV1NWxnRkcKeitoc1liYTFvMU13VVRBZEJnTlZIUTRFRmdRVXp1OWhTRzdZT3hpTEtaa0ViRkRzSTZSQnVUa3dI",
    "d1lEVlIwagpCQmd3Rm9BVXp1OWhTRzdZT3hpTEtaa0ViRkRzSTZSQnVUa3dEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtC",
    "Z2dxCmhrak9QUVFEQWdOSUFEQkZBaUFUK05UaW9yU1FYVGVVemFHRHZNR0d4cDdyeCtCZkFOU0x3NFhyUXR2T0RBSWgK",
    "QU1lQXdjc2JlQXNHR3doOE9MWWRWRU1WWXozcTdFNCtkRkZGTzRTb1Y0d3kKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0t",
    "LQo=",
].join("");

describe("the expiry of a certificate", () => {
    it("is its last moment", () => {
        assert.equal(expiry(certificate), "2036-11-18T03:47:54.000Z");
    });

    it("is unknown for what is no certificate", () => {
        assert.equal(expiry("bm90IGEgY2VydGlmaWNhdGU="), undefined);
    });
});

describe("the warning for a talosconfig", () => {
    const now = new Date("2026-11-27T00:00:00Z");

    it("comes from three months before its end on, with the days that are left", () => {
        assert.equal(expiringSoon("2027-03-01T00:00:00.000Z", now), undefined);
        const warning = expiringSoon("2026-12-27T00:00:00.000Z", now) ?? "";
        assert.match(warning, /ends in 30 days, on 2026-12-27: renew it/);
    });

    it("says of an ended one what no longer works, and where the way back is", () => {
        const warning = expiringSoon("2026-11-20T00:00:00.000Z", now) ?? "";
        assert.match(warning, /ended on 2026-11-20/);
        assert.match(warning, /docs\/runbooks\/talos-certificates\.md/);
    });

    it("does not come where the end is unknown", () => {
        assert.equal(expiringSoon(undefined, now), undefined);
    });
});
