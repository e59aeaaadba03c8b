"use strict";
/*
 * One session of basic-ftp, its dialogue printed.
 *
 * basic_ftp_client.js MODULE HOST PORT USER PASSWORD SECURITY MODE DIRECTORY MOVE...
 *
 * SECURITY is none, or says how TLS begins, the argument of PROT, which can be P alone, and the version of TLS: explicit,P,TLSv1.3.
 * MODE is PASV or EPSV, and goes for the listing. A MOVE is MODE:down:NAME or MODE:up:NAME.
 */
const fs = require("fs");
const [module_, host, port, user, password, security, mode, directory, ...moves] = process.argv.slice(2);
const { Client, enterPassiveModeIPv4, enterPassiveModeIPv6 } = require(module_);

const [begin, , version] = security.split(",");
const modes = { PASV: enterPassiveModeIPv4, EPSV: enterPassiveModeIPv6 };

async function main() {
  const client = new Client(15_000);
  client.ftp.verbose = true;
  client.prepareTransfer = modes[mode];
  try {
    await client.access({
      host,
      port: Number(port),
      user,
      password,
      secure: { none: false, explicit: true, implicit: "implicit" }[begin],
      secureOptions: { rejectUnauthorized: false, minVersion: version, maxVersion: version },
    });
    await client.cd(directory);
    fs.writeFileSync("in/listing.txt", (await client.list()).map((file) => file.name).join("\n"));
    for (const move of moves) {
      const [chosen, direction, name] = move.split(":");
      client.prepareTransfer = modes[chosen];
      await (direction === "up" ? client.uploadFrom(`out/${name}`, name) : client.downloadTo(`in/${name}`, name));
    }
    await client.send("QUIT");
  } finally {
    client.close();
  }
}

main().catch((failed) => {
  console.error(failed);
  process.exitCode = 1;
});
