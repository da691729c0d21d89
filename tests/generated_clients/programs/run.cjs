// Runs a compiled program. Its questions and the answers are lines of JSON.

const { createInterface } = require("node:readline");

const [, , program, url, username] = process.argv;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (question) => {
  console.log(JSON.stringify(question));
  return JSON.parse((await lines.next()).value);
};

require(program).main(url, username, ask).then(
  (done) => {
    console.log(JSON.stringify({ done }));
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
