/**
 * Images that nobody's pod template names, since an operator is told to use them: by a variable, an
 * argument or a ConfigMap. Programs call them alike (`RELATED_IMAGE_X` of the Operator Framework,
 * `ROOK_CSI_CEPH_IMAGE`, `--acme-http01-solver-image`), so they are known by that; what is called
 * otherwise is listed here. Pure.
 */

/** ConfigMaps in which every value is an image, by name. */
const IMAGE_SETS = new Set([
    // ceph-csi-operator v1.0.4: docs/design/operator.md, `imageSet`, as Rook's chart names it.
    "rook-csi-operator-image-set-configmap",
]);

/** Words beside `image` in a name that is about something else of an image. */
const OTHER =
    /pull|policy|secret|tag|registr|repositor|prefix|gc|size|dir|path|mime|type|format|scan|cache|host|url|timeout|limit|threshold/i;
const NAME = /(?:^|[^a-z])images?(?:$|[^a-z])|[a-z]Image(?:$|[A-Z])/i;
const AT_END = /images?(?:[-_]?name)?$/i;
/** A reference as containerd takes it, in lower case but for the tag. */
const REFERENCE = /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)*(?::\w[\w.-]*)?(?:@\w+:\w+)?$/;
/** One that can be nothing else: a host with a dot, a path, and a release, a digest or a moving tag. */
const UNMISTAKABLE =
    /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[a-z0-9._/-]+(?::(?:v?\d|latest|main|master|stable|edge|nightly)[\w.-]*|@sha256:\w+)$/;
const NO_IMAGE =
    /^(?:true|false|always|never|ifnotpresent|none|\d+)$|\.(?:png|svg|jpe?g|ico|gif|webp)$/i;
/** `image: reference` in a file inside a value. */
const IN_FILE = /^\s*(?:-\s+)?["']?(?:[\w-]*[iI]mage)["']?\s*[:=]\s*["']?([^\s"',#]+)["']?,?\s*$/gm;

/** Whether a variable, an argument or a key is called like one that holds an image. */
export function isImageName(name: string): boolean {
    return NAME.test(name) && (AT_END.test(name) || !OTHER.test(name));
}

/** The images in a value of a name; most values hold none. */
export function imagesInValue(name: string, value: string): string[] {
    if (value.includes("\n")) {
        return [...value.matchAll(IN_FILE)].flatMap(([, image = ""]) =>
            REFERENCE.test(image) && /[/:@]/.test(image) && !NO_IMAGE.test(image) ? [image] : [],
        );
    }
    if (UNMISTAKABLE.test(value)) {
        return [value];
    }
    const isNamed = isImageName(name) && (AT_END.test(name) || /[/@]/.test(value));
    return isNamed && REFERENCE.test(value) && !NO_IMAGE.test(value) ? [value] : [];
}

/** Whether every value of a ConfigMap is an image. */
export function isImageSet(name: string): boolean {
    return IMAGE_SETS.has(name);
}
