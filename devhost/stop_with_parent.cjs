// Loaded into Azurite's Node before Azurite itself (node --require).
"use strict";
const { Server } = require("node:net");

// Our parent holds the other end of stdin, and the kernel closes it however the parent ends.
// SIGINT is the signal on which Azurite writes its data before it leaves.
process.stdin.on("end", () => process.kill(process.pid, "SIGINT"));
process.stdin.resume();
process.stdin.unref();

// Azurite can take a free port (0), but does not tell which one it got.
const listen = Server.prototype.listen;
Server.prototype.listen = function (...args) {
  this.once("listening", () => console.log(`listening on port ${this.address().port}`));
  return listen.apply(this, args);
};
