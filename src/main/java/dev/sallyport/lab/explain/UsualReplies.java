package dev.sallyport.lab.explain;

import dev.sallyport.ftp.DataAddress;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Verb;
import java.util.List;
import java.util.stream.Stream;

/** What a server answers as a rule (RFC 959 §5.4, RFC 2389 §3.2, RFC 4217 §4). */
final class UsualReplies {

    private static final Port PASSIVE = new Port(50_000);

    private UsualReplies() {}

    static List<FtpLine> to(Verb verb, Endpoint server) {
        return switch (verb) {
            case PASV -> List.of(DataAddress.passiveReply(server.withPort(PASSIVE)));
            case EPSV -> List.of(DataAddress.extendedPassiveReply(PASSIVE));
            case USER -> lines("331 Password required.");
            case PASS, ACCT -> lines("230 Logged in.");
            case REIN -> lines("220 Ready.");
            case AUTH -> lines("234 Begin TLS.");
            case SYST -> lines("215 UNIX Type: L8");
            case FEAT -> lines(
                    "211-Features:", " AUTH TLS", " EPRT", " EPSV", " MDTM", " MLST type*;size*;modify*;", " PBSZ", " PROT",
                    " REST STREAM", " SIZE", " UTF8", "211 End");
            case HELP -> lines("214 Help is elsewhere.");
            case STAT -> lines("211 All is well.");
            case SIZE -> lines("213 1024");
            case MDTM -> lines("213 20260102030405");
            case REST, RNFR -> lines("350 Go on.");
            case CWD, XCWD, CDUP, XCUP, DELE, RMD, XRMD, RNTO -> lines("250 Done.");
            case MKD, XMKD -> lines("257 Created.");
            case QUIT -> lines("221 Goodbye.");
            default -> lines(verb.transfers() ? "150 Here it comes." : "200 Done.");
        };
    }

    /** @param path one character for each byte */
    static FtpLine directory(String path) {
        return FtpLine.of("257 \"" + path.replace("\"", "\"\"") + "\"");
    }

    private static List<FtpLine> lines(String... lines) {
        return Stream.of(lines).map(FtpLine::of).toList();
    }
}
