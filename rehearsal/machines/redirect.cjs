/**
 * Loaded before a program of Node that is rehearsed: a connection to an address of the site goes to its
 * door on this machine (`doors.ts`). Node 20 knows no proxy of its own.
 */
const net = require("node:net");

const doors = JSON.parse(process.env.REHEARSAL_DOORS ?? "{}");
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
    // Either options and a listener, or both in one array with a mark of Node's own.
    const packed = Array.isArray(args[0]) ? args[0] : undefined;
    const options = packed === undefined ? args[0] : packed[0];
    const door =
        typeof options === "object" && options !== null
            ? doors[`${options.host}:${options.port}`]
            : undefined;
    if (door === undefined) {
        return connect.apply(this, args);
    }
    const there = { ...options, host: "127.0.0.1", port: door, lookup: undefined };
    if (packed === undefined) {
        return connect.call(this, there, ...args.slice(1));
    }
    const again = [there, ...packed.slice(1)];
    for (const mark of Object.getOwnPropertySymbols(packed)) {
        again[mark] = packed[mark];
    }
    return connect.call(this, again, ...args.slice(1));
};
