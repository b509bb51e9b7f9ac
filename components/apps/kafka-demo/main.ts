/** Start of both programs: `node main.js producer`, `node main.js consumer`. */
import { consume } from "./consumer";
import { readEnvironment } from "./environment";
import { produce } from "./producer";
import { log } from "./service";

const programs = { producer: produce, consumer: consume };
const [, , name = ""] = process.argv;
const program = name === "producer" || name === "consumer" ? programs[name] : undefined;

// A record that could not be handled comes again to whoever starts next.
if (program === undefined) {
    log(`there is no program called ${name}`);
    process.exitCode = 1;
} else {
    Promise.resolve()
        .then(() => program(readEnvironment(process.env)))
        .catch((error: unknown) => {
            log("gives up", error);
            process.exit(1);
        });
}
