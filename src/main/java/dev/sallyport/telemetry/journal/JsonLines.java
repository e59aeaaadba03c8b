package dev.sallyport.telemetry.journal;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.ftp.Side;
import dev.sallyport.session.TlsPeer;
import dev.sallyport.session.Transfer;
import dev.sallyport.telemetry.Direction;
import dev.sallyport.telemetry.Outcome;
import dev.sallyport.telemetry.Word;
import dev.sallyport.telemetry.journal.Entry.Verdict;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** One JSON object a line, all of it printable ASCII. What is not known is left out. */
final class JsonLines implements Format.Lines {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII).characterEscapes(new Escapes()).rootValueSeparator((String) null).build();
    private static final DateTimeFormatter TO_THE_SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
    private static final long MILLION = 1_000_000;
    private static final int DELETE = 0x7f;

    /** Of so many sessions what all their lines say is written once; those beyond share their places. */
    private static final int PARTIES = 1_024;

    private final Set<Told> told;
    private final Seconds clock = new Seconds();
    private final @Nullable Known[] parties = new Known[PARTIES];
    private final Portion made = new Portion(LINE_BYTES);
    private Line next = nextLine();

    /** @param fields as they stand within a line, behind others */
    private record Known(Entry.Party party, SerializableString fields) {}

    JsonLines(Set<Told> told) {
        this.told = told;
    }

    @Override
    public String head(ZonedDateTime now) {
        return "";
    }

    @Override
    public String foot(ZonedDateTime now) {
        return "";
    }

    @Override
    public char first() {
        return '{';
    }

    @Override
    public boolean line(Entry entry, Portion to) {
        try {
            next.write(entry);
            to.add(made);
        } catch (RuntimeException unexpected) {
            // It may stand in the middle of a line.
            next = nextLine();
            throw unexpected;
        } finally {
            made.reset();
        }
        return true;
    }

    private Line nextLine() {
        return new Line(JSON.createGenerator(ObjectWriteContext.empty(), made));
    }

    private SerializableString fields(Entry.Party party) {
        var place = Math.floorMod(party.session().hashCode(), PARTIES);
        var known = parties[place];
        if (known == null || !known.party().equals(party)) {
            var written = new StringWriter();
            try (var json = JSON.createGenerator(ObjectWriteContext.empty(), written)) {
                json.writeStartObject();
                new Line(json).party(party);
                json.writeEndObject();
            }
            var object = written.toString();
            known = new Known(party, new SerializedString("," + object.substring(1, object.length() - 1)));
            parties[place] = known;
        }
        return known.fields();
    }

    /** Besides what JSON forbids, the one control character that it allows as it is. */
    private static final class Escapes extends CharacterEscapes {

        private final int[] ascii = standardAsciiEscapesForJSON();

        Escapes() {
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }

    /** Behind a second. @param micros less than a million */
    private static String fraction(long micros) {
        return "." + Long.toString(MILLION + micros).substring(1);
    }

    /** Writes one line after the other. */
    private final class Line {

        private final JsonGenerator json;

        Line(JsonGenerator json) {
            this.json = json;
        }

        void write(Entry entry) {
            json.writeStartObject();
            put(Field.TIME, clock.text(entry.end()));
            put(Field.EVENT, entry instanceof Entry.OfSession ? "session" : "transfer");
            json.writeRaw(fields(entry.party()));
            put(Field.START, clock.text(entry.start()));
            seconds(entry.duration());
            put(Field.BYTES_TO_CLIENT, entry.bytesToClient());
            put(Field.BYTES_TO_SERVER, entry.bytesToServer());
            faults(entry.faults());
            switch (entry) {
                case Entry.OfSession session -> session(session);
                case Entry.OfTransfer transfer -> transfer(transfer);
            }
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
        }

        private void party(Entry.Party party) {
            put(Field.SESSION, party.session().toString());
            put(Field.GATEWAY, party.gateway());
            if (told.contains(Told.CLIENT)) {
                endpoint(Field.CLIENT_IP, Field.CLIENT_PORT, party.client());
            }
            if (told.contains(Told.SERVER)) {
                endpoint(Field.ADDRESS_IP, Field.ADDRESS_PORT, party.address());
                endpoint(Field.SERVER_IP, Field.SERVER_PORT, party.server());
            }
            if (told.contains(Told.USER)) {
                peer(Field.USER, party.user());
            }
            put(Field.DATA_PATH, party.dataPath());
        }

        private void session(Entry.OfSession session) {
            put(Field.REASON, session.reason());
            peer(Field.DETAIL, session.detail());
            put(Field.LOGIN, session.login());
            put(Field.LOGINS_REFUSED, session.refused());
            if (session.opaque()) {
                put(Field.OPAQUE, true);
            }
            tls(session.party().tls());
            put(Field.COMMANDS, session.commands());
            put(Field.TRANSFERS, session.transfers());
            verdicts(session.verdicts());
        }

        private void tls(Map<Side, TlsPeer> tls) {
            var client = tls.get(Side.CLIENT);
            if (client != null) {
                put(Field.CLIENT_TLS_VERSION, client.version());
                put(Field.CLIENT_TLS_CIPHER, client.cipher());
                put(Field.CLIENT_TLS_SERVER_NAME, told.contains(Told.SERVER) ? client.name() : null);
                put(Field.CLIENT_TLS_SUBJECT, told.contains(Told.USER) ? client.subject() : null);
            }
            var server = tls.get(Side.SERVER);
            if (server != null) {
                put(Field.SERVER_TLS_VERSION, server.version());
                put(Field.SERVER_TLS_CIPHER, server.cipher());
                put(Field.SERVER_TLS_SUBJECT, told.contains(Told.SERVER) ? server.subject() : null);
            }
        }

        private void verdicts(Map<Verdict, Integer> verdicts) {
            if (verdicts.isEmpty()) {
                return;
            }
            json.writeName(Field.VERDICTS.name);
            json.writeStartArray();
            verdicts.forEach((verdict, count) -> {
                json.writeStartObject();
                json.writeStringProperty("rule", verdict.rule());
                json.writeStringProperty("ruling", Word.of(verdict.ruling()));
                json.writeNumberProperty("count", count);
                json.writeEndObject();
            });
            json.writeEndArray();
        }

        private void transfer(Entry.OfTransfer entry) {
            var transfer = entry.transfer();
            put(Field.COMMAND, transfer.verb().name());
            if (told.contains(Told.PATH)) {
                peer(Field.ARGUMENT, transfer.argument());
                peer(Field.PATH, transfer.path() == null ? "" : transfer.path());
            }
            put(Field.DIRECTION, Direction.of(transfer.verb()));
            put(Field.MODE, transfer.mode() == null ? null : transfer.mode().name());
            var data = entry.data();
            if (data != null && told.containsAll(List.of(Told.CLIENT, Told.SERVER))) {
                put(Field.DATA_FROM_IP, Addresses.text(data.from(), false));
                endpoint(Field.DATA_TO_IP, Field.DATA_TO_PORT, data.to());
            }
            if (transfer.finalCode() != 0) {
                put(Field.CODE, transfer.finalCode());
            }
            put(Field.OUTCOME, Outcome.of(transfer));
            put(Field.DATA_END, transfer.dataEnd());
            if (!entry.party().tls().isEmpty() && transfer.dataEnd() != null) {
                protection(Field.CLIENT_PROTECTION, Field.CLIENT_RESUMED, Side.CLIENT, transfer);
                protection(Field.SERVER_PROTECTION, Field.SERVER_RESUMED, Side.SERVER, transfer);
            }
            put(Field.RULE, transfer.rule());
            put(Field.RULING, transfer.ruling());
        }

        private void protection(Field protection, Field resumed, Side side, Transfer transfer) {
            var isPrivate = transfer.protection().of(side);
            put(protection, isPrivate ? "private" : "clear");
            if (isPrivate) {
                put(resumed, transfer.resumed().contains(side));
            }
        }

        private void faults(Map<Fault, Integer> faults) {
            if (!faults.isEmpty()) {
                json.writeName(Field.FAULTS.name);
                json.writeStartObject();
                faults.forEach((fault, count) -> json.writeNumberProperty(Word.of(fault), count));
                json.writeEndObject();
            }
        }

        private void endpoint(Field address, Field port, @Nullable Endpoint endpoint) {
            if (endpoint != null) {
                put(address, Addresses.text(endpoint.address(), false));
                put(port, endpoint.port().number());
            }
        }

        private void seconds(Duration duration) {
            var micros = duration.toNanos() / 1_000;
            json.writeName(Field.SECONDS.name);
            json.writeNumber(micros / MILLION + fraction(micros % MILLION));
        }

        private void peer(Field field, String bytes) {
            put(field, bytes.isEmpty() ? null : PeerText.unicode(bytes));
        }

        private void put(Field field, @Nullable Enum<?> word) {
            put(field, word == null ? null : Word.of(word));
        }

        private void put(Field field, @Nullable String value) {
            if (value != null) {
                json.writeName(field.name);
                json.writeString(value);
            }
        }

        private void put(Field field, boolean value) {
            json.writeName(field.name);
            json.writeBoolean(value);
        }

        private void put(Field field, long value) {
            json.writeName(field.name);
            json.writeNumber(value);
        }
    }

    /** Points in time to the microsecond. Most are of the second of the one before: that is not written anew. */
    private static final class Seconds {

        private long second = Long.MIN_VALUE;
        private String text = "";

        String text(Instant time) {
            if (time.getEpochSecond() != second) {
                second = time.getEpochSecond();
                text = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC).format(TO_THE_SECOND);
            }
            return text + fraction(time.getNano() / 1_000) + "Z";
        }
    }
}
