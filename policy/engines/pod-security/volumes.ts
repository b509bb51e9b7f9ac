/** Volume types. Source: check_hostPathVolumes.go, check_restrictedVolumes.go. */
import { isTree } from "../../kernel/tree";
import {
    expect,
    objectOrUnset,
    offence,
    oneOf,
    undecided,
    type PodCheck,
    type Offence,
} from "./rules";
import { look, type PodPart } from "./values";

/** The sources that cannot reach the node or a disk that nobody granted. */
const SOURCES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

export const hostPathVolumes: PodCheck = ({ volumes }) =>
    volumes.flatMap((volume) => expect(volume, ["hostPath"], oneOf(undefined)));

/**
 * Judges one volume. One without a source is allowed: the API server makes it an `emptyDir` before
 * it judges the pod (`SetDefaults_Volume`), and the fixtures of upstream count on that.
 */
function restrictedVolume(volume: PodPart): Offence[] {
    const wanted = `one of ${SOURCES.join(", ")}`;
    const itself = expect(volume, [], objectOrUnset);
    if (itself.length > 0 || !isTree(volume.tree)) {
        return itself;
    }
    const readings = Object.keys(volume.tree)
        .filter((key) => key !== "name")
        .map((key) => ({ key, ...look(volume.tree, key) }));
    const set = readings.filter((reading) => reading.state === "known");
    if (set.some(({ key, value }) => SOURCES.includes(key) && isTree(value))) {
        return [];
    }
    const open = readings.find(
        ({ key, state }) => state === "unknown" && (set.length === 0 || SOURCES.includes(key)),
    );
    return open === undefined
        ? set.map(({ key }) => offence(volume, [key], `is no allowed source, must be ${wanted}`))
        : [undecided(volume, [open.key], wanted)];
}

export const restrictedVolumes: PodCheck = ({ volumes }) => volumes.flatMap(restrictedVolume);
