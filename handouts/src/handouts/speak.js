// Reads a JSON list of MathML from standard input, writes one of spoken English.
// Used by `python -m handouts.speech` only; handouts need no node.
const engine = require("speech-rule-engine");

async function main() {
  const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
  await engine.setupEngine({ locale: "en", domain: "clearspeak", modality: "speech" });
  process.stdout.write(JSON.stringify(formulas.map(engine.toSpeech)));
}

main();
