"""Makes the room in which alerts are told, and the way into it, in the name of the bridge.

Each step finds what an earlier run left, so it may run as often as it likes. It needs nothing but
Python: the image is that of Synapse.
"""

import json
import os
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib

HOOK = "uk.half-shot.matrix-hookshot.generic.hook"
CLIENT = "/_matrix/client/v3"
# A room's picture: one colour, which says that it is not a person.
COLOUR = (0xC6, 0x28, 0x28)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


class Server:
    """Synapse, as the bridge sees it."""

    def __init__(self, address, token):
        self.address = address
        self.token = token

    def ask(self, method, path, body=None, kind="application/json"):
        """The status of an answer and what is in it; errors of Matrix are answers too."""
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if data is not None:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                return error.code, json.loads(text)
            except ValueError:
                return error.code, {"error": text.decode(errors="replace")[:200]}

    def must(self, method, path, body=None, kind="application/json"):
        status, answer = self.ask(method, path, body, kind)
        if status != 200:
            sys.exit(f"{method} {path}: {status} {answer.get('errcode')} {answer.get('error')}")
        return answer


def wait(server):
    for _ in range(120):
        try:
            status, _ = server.ask("GET", "/_matrix/client/versions")
            if status == 200:
                return
        except OSError:
            pass
        time.sleep(5)
    sys.exit("The server did not answer for ten minutes.")


def register(server, user):
    body = {"type": "m.login.application_service", "username": user, "inhibit_login": True}
    status, answer = server.ask("POST", f"{CLIENT}/register", body)
    if status != 200 and answer.get("errcode") != "M_USER_IN_USE":
        sys.exit(f"The bridge cannot be registered: {status} {answer.get('error')}")


def room_of(server, alias, name):
    status, answer = server.ask("GET", f"{CLIENT}/directory/room/{urllib.parse.quote(alias)}")
    if status == 200:
        return answer["room_id"]
    made = server.must(
        "POST",
        f"{CLIENT}/createRoom",
        {
            "preset": "public_chat",
            "room_alias_name": name,
            "name": "Alerts",
            "topic": "What the platform wants somebody to look at",
            "creation_content": {"m.federate": False},
            # People answer each other here, and change nothing of the room.
            "power_level_content_override": {"events_default": 0, "state_default": 100},
        },
    )
    return made["room_id"]


def picture():
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    size = 64
    rows = (b"\0" + bytes(COLOUR) * size) * size
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def set_state(server, room, kind, key, content):
    path = f"{CLIENT}/rooms/{urllib.parse.quote(room)}/state/{kind}/{key}"
    status, found = server.ask("GET", path)
    if status != 200 or found != content:
        server.must("PUT", path, content)


def set_picture(server, room):
    path = f"{CLIENT}/rooms/{urllib.parse.quote(room)}/state/m.room.avatar/"
    status, _ = server.ask("GET", path)
    if status != 200:
        upload = "/_matrix/media/v3/upload?filename=alerts.png"
        stored = server.must("POST", upload, picture(), "image/png")
        server.must("PUT", path, {"url": stored["content_uri"]})


def main():
    name, user = os.environ["SERVER_NAME"], os.environ["BRIDGE_USER"]
    alias = os.environ["ROOM"]
    secrets = os.environ["SECRETS"]
    server = Server(os.environ["HOMESERVER"], read(f"{secrets}/as-token"))
    wait(server)
    register(server, user)
    room = room_of(server, f"#{alias}:{name}", alias)
    # The bridge takes a way only from here: whoever may write state cannot name one.
    me = urllib.parse.quote(f"@{user}:{name}")
    data = f"{CLIENT}/user/{me}/rooms/{urllib.parse.quote(room)}/account_data/{HOOK}"
    server.must("PUT", data, {read(f"{secrets}/alerts-hook"): alias})
    set_picture(server, room)
    content = {
        "name": "Alerts",
        "waitForComplete": True,
        "includeHookBody": False,
        "transformationFunction": read(os.environ["MESSAGE"]),
    }
    set_state(server, room, HOOK, alias, content)
    print(f"#{alias}:{name} is {room}")


main()
