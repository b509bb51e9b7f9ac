import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["node_modules/**", ".cache/**", "output/**"] },
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
        plugins: { "@pulumi": pulumi },
        languageOptions: {
            parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "error",
            "@typescript-eslint/restrict-template-expressions": [
                "error",
                { allowNumber: true, allowBoolean: true },
            ],
            // A template that lost its backslashes is another text to whoever reads it: VRL, a shell.
            "no-useless-escape": "error",
            // Pulumi resources register themselves: constructing one for its effect is the idiom.
            "no-new": "off",
        },
    },
    {
        files: ["test/**/*.ts"],
        // Mocha's describe/it callbacks receive `this` and return promises by design.
        rules: { "@typescript-eslint/no-floating-promises": "off" },
    },
);
