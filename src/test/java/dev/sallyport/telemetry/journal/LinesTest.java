package dev.sallyport.telemetry.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ftp.Port;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.DataEnd;
import dev.sallyport.session.EndReason;
import dev.sallyport.session.Input;
import dev.sallyport.session.Moved;
import dev.sallyport.session.PinholeId;
import dev.sallyport.session.SessionEvent;
import dev.sallyport.session.SessionId;
import dev.sallyport.session.SessionPolicy;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.TlsPolicy.Ended;
import dev.sallyport.session.TlsPolicy.Ended.Client;
import dev.sallyport.session.TlsPolicy.Ended.ClientData;
import dev.sallyport.session.TlsPolicy.Ended.Server;
import dev.sallyport.session.TlsPolicy.Ended.ServerData;
import dev.sallyport.telemetry.DataPathKind;
import dev.sallyport.telemetry.DataPaths;
import dev.sallyport.telemetry.ObservedSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The lines of both formats, made of what sessions tell. */
class LinesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T01:02:03.456789Z");
    private static final ZonedDateTime OPENED = ZonedDateTime.ofInstant(NOW, ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<Told> ALL = EnumSet.allOf(Told.class);

    /** All bytes that a line of a control connection can hold, and what looks like the syntax of either format. */
    private static final String HOSTILE = IntStream.range(1, 256).filter(c -> c != '\r' && c != '\n' && c != 0xff)
            .mapToObj(c -> String.valueOf((char) c)).collect(joining())
            + new String("héé\u2028\u202e😀".getBytes(UTF_8), ISO_8859_1) + "\\x09\",\"user\":\"root\"}\t-\t(empty)";

    private final AtomicLong nowNanos = new AtomicLong();
    private final List<Entry> entries = new ArrayList<>();
    private final Entries observer = new Entries(DataPaths.all(DataPathKind.RELAY), () -> NOW.plusNanos(nowNanos.get()), entries::add);

    private ObservedSession session() {
        return new ObservedSession(46, observer, nowNanos).connect();
    }

    /** An error of our own may end a session before its engine does. */
    @Test
    void session_thatHasEnded_hasNoSecondLine() {
        var ended = new SessionEvent.Ended(EndReason.INTERNAL_ERROR, "", Duration.ZERO, 0, 0, 0, 0);
        session().login().dataConnection(1).client("RETR a").tell(ended).server("150 here")
                .dataClosed(1, new Moved(5, 0), DataEnd.CLOSED).server("226 done").tell(ended);
        assertThat(entries).hasSize(1);
    }

    @Test
    void download_isOneLine_andSoIsItsSession() {
        session().login().client("CWD /pub").server("250 there").dataConnection(1).client("RETR a file.txt").server("150 here")
                .pass(Duration.ofMillis(1_500)).dataClosed(1, new Moved(65_537, 0), DataEnd.CLOSED).server("226 done")
                .client("QUIT").server("221 bye").feed(new Input.InputEnded(Side.SERVER, false));
        assertThat(json(ALL)).containsExactly(
                "{\"time\":\"2026-11-22T01:02:04.957789Z\",\"event\":\"transfer\",\"session\":\"1a\",\"gateway\":\"\","
                        + "\"clientIp\":\"192.0.2.10\",\"clientPort\":40000,\"addressIp\":\"203.0.113.1\",\"addressPort\":21,"
                        + "\"serverIp\":\"198.51.100.20\",\"serverPort\":21,\"user\":\"demo\",\"dataPath\":\"relay\","
                        + "\"start\":\"2026-11-22T01:02:03.457789Z\",\"seconds\":1.500000,\"bytesToClient\":65537,\"bytesToServer\":0,"
                        + "\"command\":\"RETR\",\"argument\":\"a file.txt\",\"path\":\"/pub/a file.txt\",\"direction\":\"download\","
                        + "\"mode\":\"PASV\",\"dataFromIp\":\"192.0.2.10\",\"dataToIp\":\"203.0.113.1\",\"dataToPort\":2122,\"code\":226,"
                        + "\"outcome\":\"completed\",\"dataEnd\":\"closed\",\"rule\":\"(defaults)\",\"ruling\":\"allowed\"}",
                "{\"time\":\"2026-11-22T01:02:04.957789Z\",\"event\":\"session\",\"session\":\"1a\",\"gateway\":\"\","
                        + "\"clientIp\":\"192.0.2.10\",\"clientPort\":40000,\"addressIp\":\"203.0.113.1\",\"addressPort\":21,"
                        + "\"serverIp\":\"198.51.100.20\",\"serverPort\":21,\"user\":\"demo\",\"dataPath\":\"relay\","
                        + "\"start\":\"2026-11-22T01:02:03.456789Z\",\"seconds\":1.501000,\"bytesToClient\":65537,\"bytesToServer\":0,"
                        + "\"reason\":\"quit\",\"login\":\"accepted\",\"loginsRefused\":0,\"commands\":6,\"transfers\":1}");
        assertThat(zeek(ALL).rows()).containsExactly(Map.ofEntries(
                Map.entry("ts", "1795309323.457789"), Map.entry("uid", "1a"), Map.entry("id.orig_h", "192.0.2.10"),
                Map.entry("id.orig_p", "40000"), Map.entry("id.resp_h", "203.0.113.1"), Map.entry("id.resp_p", "21"),
                Map.entry("user", "demo"), Map.entry("password", "<hidden>"), Map.entry("command", "RETR"),
                Map.entry("arg", "ftp://203.0.113.1/pub/a file.txt"), Map.entry("file_size", "65537"), Map.entry("reply_code", "226"),
                Map.entry("data_channel.passive", "T"), Map.entry("data_channel.orig_h", "192.0.2.10"),
                Map.entry("data_channel.resp_h", "203.0.113.1"), Map.entry("data_channel.resp_p", "2122")));
    }

    /** What all lines of a session say is written once: not of another session in its place, nor of the user before. */
    @Test
    void lines_sayWhoseTheyAre_whenSessionsTakeTurnsAndUsersChange() {
        var one = session().login();
        var other = new ObservedSession(46 + 1_024, observer, nowNanos).connect().login();
        for (var number = 1; number <= 2; number++) {
            one.dataConnection(number).client("RETR a").server("150 here").dataClosed(number, Moved.NOTHING, DataEnd.CLOSED).server("226 done");
            other.dataConnection(number).client("RETR a").server("150 here").dataClosed(number, Moved.NOTHING, DataEnd.CLOSED)
                    .server("226 done");
            one.client("USER ann").server("331 more").client("PASS x").server("230 in");
        }
        assertThat(json(ALL)).map(JSON::readTree).map(line -> line.get("session").asString() + " " + line.get("user").asString())
                .containsExactly("1a demo", "tq demo", "1a ann", "tq demo");
    }

    /** The client takes back the protection of its data for its second transfer. */
    @Test
    void tlsThatTheGatewayEnds_isToldOfEachSide_andOfEachTransfer() {
        var policy = SessionPolicy.DEFAULT.withTls(new Ended(Client.REQUIRED, Server.AS_CLIENT, ClientData.ALLOW, ServerData.PRIVATE));
        new ObservedSession(46, observer, nowNanos, policy).connect().client("AUTH TLS").server("234 go on")
                .feed(new Input.Secured(Side.SERVER, new TlsPeer("TLSv1.2", "TLS_RSA", null, "CN=ftp.example.org")))
                .feed(new Input.Secured(Side.CLIENT, new TlsPeer("TLSv1.3", "TLS_AES_128_GCM_SHA256", "ftp.\u00e9", "CN=\u4e2d\\, A")))
                .login().client("PBSZ 0").client("PROT P").client("PASV").server("200 PBSZ=0").server("200 private")
                .server(ObservedSession.PASSIVE).feed(new Input.PinholeOpened(pinhole(1), new Port(2122)))
                .feed(new Input.DataOpened(pinhole(1), ObservedSession.CLIENT)).client("RETR a").server("150 here")
                .feed(new Input.DataClosed(pinhole(1), Moved.NOTHING, DataEnd.CLOSED, Set.of(Side.CLIENT))).server("226 done")
                .client("PROT C").dataConnection(2).client("LIST").server("150 here")
                .feed(new Input.DataClosed(pinhole(2), Moved.NOTHING, DataEnd.CLOSED, Set.of(Side.SERVER))).server("226 done")
                .client("PASV").server(ObservedSession.PASSIVE).feed(new Input.PinholeOpened(pinhole(3), new Port(2122)))
                .client("NLST").server("550 no").feed(new Input.InputEnded(Side.CLIENT, true));
        var all = json(ALL);
        assertThat(all.get(0)).contains(
                ",\"clientProtection\":\"private\",\"clientResumed\":true,\"serverProtection\":\"private\",\"serverResumed\":false,");
        assertThat(all.get(1)).contains(
                ",\"clientProtection\":\"clear\",\"serverProtection\":\"private\",\"serverResumed\":true,");
        assertThat(all.get(2)).contains("\"NLST\"").doesNotContain("rotection", "esumed");
        assertThat(all.get(3)).contains(
                ",\"clientTlsVersion\":\"TLSv1.3\",\"clientTlsCipher\":\"TLS_AES_128_GCM_SHA256\","
                        + "\"clientTlsServerName\":\"ftp.\\u00E9\",\"clientTlsSubject\":\"CN=\\u4E2D\\\\, A\","
                        + "\"serverTlsVersion\":\"TLSv1.2\",\"serverTlsCipher\":\"TLS_RSA\",\"serverTlsSubject\":\"CN=ftp.example.org\",");
        assertThat(json(EnumSet.of(Told.USER)).get(3)).contains("clientTlsSubject", "serverTlsVersion")
                .doesNotContain("TlsServerName", "serverTlsSubject");
        assertThat(json(EnumSet.of(Told.SERVER)).get(3)).contains("clientTlsServerName", "serverTlsSubject").doesNotContain("CN=\\u");
    }

    private static PinholeId pinhole(int number) {
        return new PinholeId(new SessionId(46), number);
    }

    @Test
    void transferWithoutAnAnswer_refusals_andFaults_areTold() {
        session().client("USER eve").server("331 password").client("PASS x").server("530 no").login()
                .client("PORT 192,0,2,99,0,22").dataConnection(1).client("RETR a").server("150 here").client("PORT 1,2,3,4,0,22")
                .dataClosed(1, new Moved(7, 0), DataEnd.RESET).feed(new Input.InputEnded(Side.CLIENT, true));
        var lines = json(ALL).stream().map(JSON::readTree).toList();
        assertThat(lines.getFirst().get("outcome").asString()).isEqualTo("unanswered");
        assertThat(lines.getFirst().has("code")).isFalse();
        assertThat(lines.getFirst().has("path")).as("where the session is nobody has told").isFalse();
        assertThat(lines.getFirst().get("argument").asString()).isEqualTo("a");
        assertThat(lines.getFirst().get("faults").toString()).isEqualTo("{\"address_not_peer\":1}");
        var over = lines.getLast();
        assertThat(over.get("reason").asString()).isEqualTo("client_reset");
        assertThat(over.get("loginsRefused").asInt()).isEqualTo(1);
        assertThat(over.get("faults").toString()).isEqualTo("{\"address_not_peer\":2}");
        var row = zeek(ALL).rows().getFirst();
        assertThat(row).containsEntry("arg", "ftp://203.0.113.1/./a").doesNotContainKeys("reply_code", "mime_type", "fuid");
    }

    @Test
    void whatPeersSend_breaksNoLine_andComesBackWhole() {
        session().client("USER " + HOSTILE).server("331 password").client("PASS x").server("230 in").dataConnection(1)
                .client("LIST " + HOSTILE).server("150 here").dataClosed(1, new Moved(1, 0), DataEnd.CLOSED).server("226 done");
        var line = json(ALL).getFirst();
        assertThat(line).matches("[ -~]*");
        var read = JSON.readTree(line);
        assertThat(bytes(read.get("argument"))).isEqualTo(HOSTILE);
        assertThat(bytes(read.get("user"))).isEqualTo(HOSTILE);
        assertThat(read.get("argument").asString()).as("what is UTF-8 can be read").contains("héé");
        assertThat(read.get("outcome").asString()).isEqualTo("completed");
        var row = zeek(ALL).rows().getFirst();
        assertThat(row).containsEntry("arg", HOSTILE).containsEntry("user", HOSTILE).containsEntry("file_size", "1");
    }

    /** A name that Zeek writes for one that is unset, or empty, or unknown. */
    @ParameterizedTest
    @ValueSource(strings = {"-", "(empty)", "#close", "\\x2d"})
    void nameThatLooksLikeNone_isOne(String name) {
        session().client("USER " + name).server("331 password").client("PASS x").server("230 in").dataConnection(1)
                .client("LIST " + name).server("150 here").dataClosed(1, new Moved(1, 0), DataEnd.CLOSED).server("226 done");
        assertThat(zeek(ALL).rows().getFirst()).containsEntry("arg", name).containsEntry("user", name);
    }

    @Test
    void whatIsNotToBeTold_isNot() {
        session().login().client("CWD /pub").server("250 there").dataConnection(1).client("RETR a file.txt").server("150 here")
                .dataClosed(1, new Moved(65_537, 0), DataEnd.CLOSED).server("226 done");
        var nothing = String.join("", json(Set.of()));
        assertThat(nothing).contains("\"bytesToClient\":65537").doesNotContain(
                "192.0.2", "203.0.113", "198.51.100", "40000", "demo", "pub", "file");
        assertThat(zeek(Set.of()).rows()).containsExactly(Map.of(
                "ts", "1795309323.457789", "uid", "1a", "password", "<hidden>", "command", "RETR", "file_size", "65537",
                "reply_code", "226"));
        assertThat(String.join("", json(EnumSet.of(Told.CLIENT, Told.PATH)))).contains("192.0.2.10", "/pub/a file.txt")
                .doesNotContain("203.0.113", "198.51.100", "demo");
    }

    @Test
    void clientThatSetsUpMuchAndTransfersNothing_isNotRemembered() {
        var session = session().login();
        for (var number = 1; number <= 300; number++) {
            session.dataConnection(number).dataClosed(number, Moved.NOTHING, DataEnd.CLOSED);
        }
        session.dataConnection(301).client("RETR a").server("150 here").dataClosed(301, Moved.NOTHING, DataEnd.CLOSED).server("226 done");
        assertThat(JSON.readTree(json(ALL).getFirst()).get("dataFromIp").asString()).isEqualTo("192.0.2.10");
    }

    @Test
    void head_isZeeks() {
        assertThat(Format.ZEEK.lines(ALL).head(OPENED)).isEqualTo("""
                #separator \\x09
                #set_separator\t,
                #empty_field\t(empty)
                #unset_field\t-
                #path\tftp
                #open\t2026-11-22-01-02-03
                #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tuser\tpassword\tcommand\targ\tmime_type\tfile_size\t\
                reply_code\treply_msg\tdata_channel.passive\tdata_channel.orig_h\tdata_channel.resp_h\tdata_channel.resp_p\tfuid
                #types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tstring\tcount\tcount\tstring\tbool\taddr\t\
                addr\tport\tstring
                """);
        assertThat(Format.ZEEK.lines(ALL).foot(OPENED)).isEqualTo("#close\t2026-11-22-01-02-03\n");
        assertThat(Format.JSON.lines(ALL).head(OPENED) + Format.JSON.lines(ALL).foot(OPENED)).isEmpty();
    }

    /** The table in the README is these fields, and what they say of Zeek is true. */
    @Test
    void fields_areDocumented() throws Exception {
        var readme = Files.readString(Path.of("README.md"));
        for (var field : Field.values()) {
            assertThat(readme).contains(
                    "| `%s` | %s | %s | %s |\n".formatted(field.json, dash(field.zeek), dash(field.ecs), field.meaning));
        }
        var columns = ZeekLog.read(Format.ZEEK.lines(ALL).head(OPENED)).head().get("fields");
        var named = Arrays.stream(Field.values()).filter(field -> !field.zeek.isEmpty())
                .map(field -> Pattern.compile("`([^`]+)`").matcher(field.zeek).results().findFirst().orElseThrow().group(1)).toList();
        assertThat(columns).containsAll(named);
    }

    private static String dash(String name) {
        return name.isEmpty() ? "–" : name;
    }

    private List<String> json(Set<Told> told) {
        var lines = Format.JSON.lines(told);
        return entries.stream().map(entry -> lines.line(entry).strip()).toList();
    }

    private ZeekLog zeek(Set<Told> told) {
        var lines = Format.ZEEK.lines(told);
        return ZeekLog.read(lines.head(OPENED) + entries.stream().map(lines::line).collect(joining()));
    }

    /** What the peer sent, one character for each byte, of what the log says. */
    private static String bytes(JsonNode told) {
        return Pattern.compile("(?s)\\\\(\\\\|x([0-9a-f]{2}))|[^\\\\]+").matcher(told.asString()).results().map(part ->
                part.group().equals("\\\\") ? "\\"
                : part.group(2) != null ? String.valueOf((char) Integer.parseInt(part.group(2), 16))
                : new String(part.group().getBytes(UTF_8), ISO_8859_1)).collect(joining());
    }
}
