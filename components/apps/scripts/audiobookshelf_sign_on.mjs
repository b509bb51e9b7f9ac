/**
 * Gives Audiobookshelf its administrator and tells it who signs people on, before anybody can reach
 * it: its settings are rows of its database, and whoever asks a new server first is made its root.
 * So the server is started here on the loopback address alone, asked by its own interface, and ended.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

const PORT = "13378";
const SERVER = `http://127.0.0.1:${PORT}`;
const ROOT = "root";

const {
    ROOT_PASSWORD,
    PREVIOUS_ROOT_PASSWORD,
    CLIENT_SECRET,
    SETTINGS,
    APP = "/app",
} = process.env;

const plain = (value) => JSON.stringify(value ?? "");

async function ask(method, path, body, token) {
    const answer = await fetch(`${SERVER}${path}`, {
        method,
        headers: {
            "content-type": "application/json",
            "x-return-tokens": "true",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) {
        throw new Error(`${method} ${path} is answered with ${answer.status}`);
    }
    return answer.headers.get("content-type")?.includes("json") ? answer.json() : undefined;
}

/** The server has read and, after an upgrade, changed its database. */
async function whenUp(isGone) {
    while (!isGone()) {
        try {
            return await ask("GET", "/status");
        } catch {
            await new Promise((resolve) => setTimeout(resolve, 500));
        }
    }
    throw new Error("the server ended before it answered");
}

/** The first of the passwords that opens the account, and what it opens. */
async function signOn(passwords) {
    for (const password of passwords) {
        try {
            const { user } = await ask("POST", "/login", { username: ROOT, password });
            return { password, token: user.accessToken };
        } catch (error) {
            if (password === passwords.at(-1)) {
                throw new Error(`nobody is let in as ${ROOT}: ${error.message}`);
            }
        }
    }
}

async function prepare(isGone) {
    const { isInit } = await whenUp(isGone);
    if (!isInit) {
        await ask("POST", "/init", { newRoot: { username: ROOT, password: ROOT_PASSWORD } });
    }
    const passwords = [ROOT_PASSWORD, PREVIOUS_ROOT_PASSWORD].filter(Boolean);
    const { password, token } = await signOn(passwords);
    const settings = { ...JSON.parse(SETTINGS), authOpenIDClientSecret: CLIENT_SECRET };
    await ask("PATCH", "/api/auth-settings", settings, token);
    // It passes over what it does not take.
    const told = await ask("GET", "/api/auth-settings", undefined, token);
    const refused = Object.keys(settings).filter(
        (key) => plain(told[key]) !== plain(settings[key]),
    );
    if (refused.length > 0) {
        throw new Error(`the server does not take the settings ${refused.join(", ")}`);
    }
    if (password !== ROOT_PASSWORD) {
        const change = { password, newPassword: ROOT_PASSWORD };
        await ask("PATCH", "/api/me/password", change, token);
    }
}

const server = spawn(process.execPath, ["index.js", "--host", "127.0.0.1", "--port", PORT], {
    cwd: APP,
    stdio: "inherit",
});
const ended = once(server, "exit");
try {
    await prepare(() => server.exitCode !== null);
    console.log("The administrator and the sign-on are as they are to be.");
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
} finally {
    server.kill("SIGINT");
    await ended;
}
