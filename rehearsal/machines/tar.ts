/** An archive with one file, as Talos sends a kubeconfig (pkg/machinery/client, `extractKubeconfig`). */
import { gzipSync } from "node:zlib";

const BLOCK = 512;

/** `.tar.gz` with one file (POSIX.1-1988, ustar). */
export function archiveOf(name: string, content: string): Buffer {
    const body = Buffer.from(content, "utf8");
    const header = Buffer.alloc(BLOCK);
    const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, "0");
    header.write(name, 0);
    header.write(octal(0o600, 8), 100);
    header.write(octal(0, 8), 108);
    header.write(octal(0, 8), 116);
    header.write(octal(body.length, 12), 124);
    header.write(octal(0, 12), 136);
    header.write("        ", 148);
    header.write("0", 156);
    header.write("ustar\u000000", 257, "latin1");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${octal(sum, 7)}\u0000 `, 148, "latin1");
    const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
    return gzipSync(Buffer.concat([header, body, padding, Buffer.alloc(2 * BLOCK)]));
}
