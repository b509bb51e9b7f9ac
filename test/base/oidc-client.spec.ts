/** What systems ask of whoever signs people on. */
import assert from "node:assert/strict";
import {
    clientFaults,
    type OidcClient,
    redirectAddresses,
} from "../../components/base/oidc-client";

const shop: OidcClient = {
    id: "shop",
    name: "Shop",
    host: "shop",
    redirects: ["/oauth/callback"],
    scopes: ["openid", "groups"],
    groups: ["app-developer"],
};

describe("clients of OpenID Connect", () => {
    it("send people back to their own host, or to people's own machines", () => {
        const redirects = ["/a", "http://localhost:8000"] as const;
        assert.deepEqual(redirectAddresses({ ...shop, redirects }, "home.example.org"), [
            "https://shop.home.example.org/a",
            "http://localhost:8000",
        ]);
    });

    it("may be as many as there are ids", () => {
        assert.deepEqual(clientFaults([shop, { ...shop, id: "shop-2" }]), []);
        assert.deepEqual(clientFaults([shop, shop]), [
            "Two clients have the id shop: each needs its own.",
        ]);
        assert.equal(clientFaults([shop, shop, shop]).length, 2);
    });

    it("have ids that every provider takes", () => {
        for (const id of ["Shop", "", "shop_1", "-shop", "shop-", "shop.example", "a b"]) {
            assert.match(clientFaults([{ ...shop, id }]).join(), /has an id that is none/, id);
        }
    });

    it("send nobody back over plain HTTP", () => {
        for (const redirect of [
            "http://shop.example.org/cb",
            "callback",
            "ftp://x",
            "http://localhost.example.org",
        ]) {
            const faults = clientFaults([{ ...shop, redirects: [redirect] }]);
            assert.match(faults.join(), /sends people back to/, redirect);
        }
        for (const redirect of [
            "http://127.0.0.1:8000/cb",
            "http://localhost:18000",
            "https://x.example.org/cb",
        ]) {
            assert.deepEqual(clientFaults([{ ...shop, redirects: [redirect] }]), []);
        }
    });
});
