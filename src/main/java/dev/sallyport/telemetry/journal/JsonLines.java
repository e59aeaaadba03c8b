package dev.sallyport.telemetry.journal;

import static java.util.stream.Collectors.toMap;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.Fault;
import dev.sallyport.telemetry.Direction;
import dev.sallyport.telemetry.Outcome;
import dev.sallyport.telemetry.Word;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** One JSON object a line, all of it printable ASCII. What is not known is left out. */
final class JsonLines implements Format.Lines {

    private static final JsonMapper MAPPER =
            JsonMapper.builder(JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build()).build();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MICROS = 6;

    private final Set<Told> told;
    private Map<String, Object> values = Map.of();

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
    public String line(Entry entry) {
        values = new LinkedHashMap<>();
        put(Field.TIME, TIME.format(entry.end()));
        put(Field.EVENT, entry instanceof Entry.OfSession ? "session" : "transfer");
        party(entry.party());
        put(Field.START, TIME.format(entry.start()));
        put(Field.SECONDS, seconds(entry.duration()));
        put(Field.BYTES_TO_CLIENT, entry.bytesToClient());
        put(Field.BYTES_TO_SERVER, entry.bytesToServer());
        put(Field.FAULTS, faults(entry.faults()));
        switch (entry) {
            case Entry.OfSession session -> session(session);
            case Entry.OfTransfer transfer -> transfer(transfer);
        }
        // The one control character that JSON allows as it is.
        return MAPPER.writeValueAsString(values).replace("\u007f", "\\u007f") + "\n";
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
        put(Field.DATA_PATH, Word.of(party.dataPath()));
    }

    private void session(Entry.OfSession session) {
        put(Field.REASON, Word.of(session.reason()));
        peer(Field.DETAIL, session.detail());
        put(Field.LOGIN, Word.of(session.login()));
        put(Field.LOGINS_REFUSED, session.refused());
        put(Field.OPAQUE, session.opaque() ? true : null);
        put(Field.COMMANDS, session.commands());
        put(Field.TRANSFERS, session.transfers());
        if (!session.verdicts().isEmpty()) {
            put(Field.VERDICTS, session.verdicts().entrySet().stream().map(JsonLines::verdict).toList());
        }
    }

    private static Map<String, Object> verdict(Map.Entry<Entry.Verdict, Integer> verdict) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("rule", verdict.getKey().rule());
        shown.put("ruling", Word.of(verdict.getKey().ruling()));
        shown.put("count", verdict.getValue());
        return shown;
    }

    private void transfer(Entry.OfTransfer entry) {
        var transfer = entry.transfer();
        put(Field.COMMAND, transfer.verb().name());
        if (told.contains(Told.PATH)) {
            peer(Field.ARGUMENT, transfer.argument());
            peer(Field.PATH, transfer.path() == null ? "" : transfer.path());
        }
        put(Field.DIRECTION, Word.of(Direction.of(transfer.verb())));
        put(Field.MODE, transfer.mode() == null ? null : transfer.mode().name());
        var data = entry.data();
        if (data != null && told.containsAll(List.of(Told.CLIENT, Told.SERVER))) {
            put(Field.DATA_FROM_IP, Addresses.text(data.from(), false));
            endpoint(Field.DATA_TO_IP, Field.DATA_TO_PORT, data.to());
        }
        put(Field.CODE, transfer.finalCode() == 0 ? null : transfer.finalCode());
        put(Field.OUTCOME, Word.of(Outcome.of(transfer)));
        put(Field.DATA_END, transfer.dataEnd() == null ? null : Word.of(transfer.dataEnd()));
        put(Field.RULE, transfer.rule());
        put(Field.RULING, Word.of(transfer.ruling()));
    }

    private static @Nullable Map<String, Integer> faults(Map<Fault, Integer> faults) {
        return faults.isEmpty() ? null : faults.entrySet().stream().collect(
                toMap(fault -> Word.of(fault.getKey()), Map.Entry::getValue, Integer::sum, LinkedHashMap::new));
    }

    private void endpoint(Field address, Field port, @Nullable Endpoint endpoint) {
        if (endpoint != null) {
            put(address, Addresses.text(endpoint.address(), false));
            put(port, endpoint.port().number());
        }
    }

    private void peer(Field field, String bytes) {
        put(field, bytes.isEmpty() ? null : PeerText.unicode(bytes));
    }

    private void put(Field field, @Nullable Object value) {
        if (value != null) {
            values.put(field.json, value);
        }
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toNanos() / 1_000, MICROS);
    }
}
