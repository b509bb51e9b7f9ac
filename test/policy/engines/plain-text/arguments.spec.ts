import * as assert from "node:assert/strict";
import { secretArguments } from "../../../../policy/engines/plain-text/arguments";
import { commandsOf } from "../../../../policy/engines/plain-text/commands";

describe("policy/engines/plain-text/commands", () => {
    it("splits a script into commands and their words", () => {
        const script = 'A=1 run \'a b\' "c \\" d" | x && y; # comment\nz $(cat /a b)/c \\\n e';
        assert.deepEqual(commandsOf(script), [
            ["A=1", "run", "a b", 'c " d'],
            ["x"],
            ["y"],
            ["z", "$(cat /a b)/c", "e"],
        ]);
    });

    it("reads to the end what is never closed", () => {
        assert.deepEqual(commandsOf("a 'b c"), [["a", "b c"]]);
        assert.deepEqual(commandsOf("a $(b c"), [["a", "$(b c"]]);
    });
});

describe("policy/engines/plain-text/arguments", () => {
    const secret: readonly (readonly string[])[] = [
        ["--requirepass", "Sup3rSafe"],
        ["--requirepass=Sup3rSafe"],
        ["redis-server", "--masterauth", "123456"],
        ["-password", "Sup3rSafe"],
        ["-Ddb.password=Sup3rSafe"],
        ["--api-key=Sup3rSafe"],
        ["--set", "auth.password=Sup3rSafe"],
        ["--from-literal=password=Sup3rSafe"],
        ["env", "PASSWORD=Sup3rSafe", "run"],
        ["mysqladmin", "-pSup3rSafe", "ping"],
        ["mongosh", "-u", "x", "-p", "Sup3rSafe"],
        ["sshpass", "-p", "Sup3rSafe", "ssh", "x"],
        ["curl", "-u", "a:Sup3rSafe", "http://x"],
        ["curl", "--user=a:Sup3rSafe", "http://x"],
        ["rabbitmqctl", "add_user", "u", "Sup3rSafe"],
        ["vault", "login", "Sup3rSafe"],
        ["openssl", "rsa", "-passin", "pass:Sup3rSafe"],
        ["psql", "-c", "ALTER USER x PASSWORD 'Sup3rSafe'"],
        ["sh", "-c", "redis-cli -a Sup3rSafe ping"],
        ["/bin/bash", "-ec", "PGPASSWORD=Sup3rSafe pg_isready"],
        ["sh", "-c", "export DB_PASSWORD=Sup3rSafe && run"],
        ["sh", "-c", "if mysql -uroot -p'Sup3rSafe' -e 1; then exit 0; fi"],
        ["sh", "-c", "valkey-cli --pass 4711 ping"],
    ];
    for (const words of secret) {
        it(`finds a secret in ${words.join(" ")}`, () => {
            assert.notDeepEqual(secretArguments(words), []);
        });
    }

    const harmless: readonly (readonly string[])[] = [
        ["--webhook-secret=name"],
        ["--webhook-secret", "name"],
        ["--secret-name=x", "--secret-namespace=y"],
        ["--tls-secret=istio-system/cert"],
        ["--token-file=/run/token"],
        ["--service-account-key-file", "/x"],
        ["--tokens-per-second", "100000"],
        ["--max-tokens=100000"],
        ["--password", "--verbose"],
        ["--password-from-stdin"],
        ["--show-password", "table"],
        ["--password=$(PASSWORD)"],
        ["--requirepass", "$(REDIS_PASSWORD)"],
        ["--authorization-mode=Node,RBAC"],
        ["--enable-bootstrap-token-auth=true"],
        ["-p", "8080"],
        ["ssh", "-p", "2222"],
        ["mysql", "-P3306"],
        ["mongosh", "-p", "$PASSWORD"],
        ["redis-cli", "-a", "$(PASSWORD)", "ping"],
        ["curl", "-u", "$(NAME):$(PASSWORD)", "x"],
        ["sh", "-c", 'redis-cli -a "$PASSWORD" ping'],
        ["sh", "-c", "PGPASSWORD=$(cat /run/password) psql"],
        ["sh", "-c", '[ -z "$PASSWORD" ] && echo no password'],
    ];
    for (const words of harmless) {
        it(`finds none in ${words.join(" ")}`, () => {
            assert.deepEqual(secretArguments(words), []);
        });
    }

    it("knows the program from elsewhere", () => {
        assert.deepEqual(secretArguments(["-pSup3rSafe"], "mysql"), ["-p"]);
        assert.deepEqual(secretArguments(["-pSup3rSafe"]), []);
    });
});
