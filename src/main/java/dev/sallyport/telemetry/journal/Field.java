package dev.sallyport.telemetry.journal;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/**
 * The fields of a JSON line, in their order, and what others call them: Zeek's ftp.log (FTP::Info in
 * scripts/base/protocols/ftp/info.zeek) and the Elastic Common Schema. The README's table is held to these.
 */
enum Field {
    TIME("time", "", "`@timestamp`, `event.end`", "when it ended, UTC, to the microsecond"),
    EVENT("event", "", "`event.action`", "`session` or `transfer`"),
    SESSION("session", "`uid`", "`event.id`", "the session's id, as in the process log and in metrics' exemplars"),
    GATEWAY("gateway", "", "`observer.name`", "the gateway's name"),
    CLIENT_IP("clientIp", "`id.orig_h`", "`source.ip`, `client.ip`", "the client"),
    CLIENT_PORT("clientPort", "`id.orig_p`", "`source.port`, `client.port`", "of its control connection"),
    ADDRESS_IP("addressIp", "`id.resp_h`", "`destination.ip`, `server.ip`", "what the client connected to"),
    ADDRESS_PORT("addressPort", "`id.resp_p`", "`destination.port`, `server.port`", "of it"),
    SERVER_IP("serverIp", "", "`destination.nat.ip`, `server.nat.ip`", "the server behind; not there when it was never reached"),
    SERVER_PORT("serverPort", "", "`destination.nat.port`, `server.nat.port`", "of it"),
    USER("user", "`user`", "`user.name`", "who is logged in, otherwise who tried last"),
    DATA_PATH(
            "dataPath", "", "", "`relay` or `kernel`: who carries this gateway's data; `relay` for a transfer with TLS that the gateway ends"),
    START("start", "`ts`", "`event.start`", "when the client came, or the transfer's command"),
    SECONDS("seconds", "", "`event.duration`, in nanoseconds", "from the start to the end, to the microsecond"),
    BYTES_TO_CLIENT(
            "bytesToClient", "`file_size`, of downloads and listings", "`destination.bytes`, `server.bytes`",
            "payload of data connections"),
    BYTES_TO_SERVER("bytesToServer", "`file_size`, of uploads", "`source.bytes`, `client.bytes`", "payload of data connections"),
    FAULTS("faults", "", "", "faults of peers by name, and how often; of a transfer those that came while it ran"),

    REASON("reason", "", "`event.reason`", "session: why it ended, the words of `sallyport_sessions_ended_total`"),
    DETAIL("detail", "", "", "session: what there is to say besides, such as the rule that closed it"),
    LOGIN("login", "", "", "session: `accepted`, `refused` or `none`"),
    LOGINS_REFUSED("loginsRefused", "", "", "session: how often the server refused one"),
    OPAQUE("opaque", "", "", "session: `true` when it was encrypted, for a time at least; transfers of then are not seen"),
    CLIENT_TLS_VERSION("clientTlsVersion", "", "`tls.version`, without `TLSv`",
            "session: with the client, such as `TLSv1.3`; this and the next six where the gateway itself ended TLS"),
    CLIENT_TLS_CIPHER("clientTlsCipher", "", "`tls.cipher`", "session: by its name in the registry of IANA"),
    CLIENT_TLS_SERVER_NAME("clientTlsServerName", "", "`tls.client.server_name`", "session: which host the client called (SNI)"),
    CLIENT_TLS_SUBJECT("clientTlsSubject", "", "`tls.client.subject`", "session: of the client's certificate, as RFC 2253 writes it"),
    SERVER_TLS_VERSION("serverTlsVersion", "", "", "session: with the server"),
    SERVER_TLS_CIPHER("serverTlsCipher", "", "", "session: with the server"),
    SERVER_TLS_SUBJECT("serverTlsSubject", "", "`tls.server.subject`", "session: of the server's certificate"),
    COMMANDS("commands", "", "", "session: how many the client sent"),
    TRANSFERS("transfers", "", "", "session: how many there were"),
    VERDICTS("verdicts", "", "", "session: list of `rule`, `ruling` and `count`; allowed without a word is not among them"),

    COMMAND("command", "`command`", "", "transfer: such as `RETR`"),
    ARGUMENT("argument", "`arg`, of listings", "", "transfer: as the client sent it"),
    PATH(
            "path", "`arg`, as `ftp://HOST/PATH`", "`file.path`",
            "transfer: absolute, as the server takes it; not there when that is not known"),
    DIRECTION("direction", "", "", "transfer: `download`, `upload` or `listing`"),
    MODE("mode", "`data_channel.passive`", "", "transfer: the command that set it up, such as `EPSV`"),
    DATA_FROM_IP("dataFromIp", "`data_channel.orig_h`", "", "transfer: who connects for the data"),
    DATA_TO_IP("dataToIp", "`data_channel.resp_h`", "", "transfer: where they were told to connect to"),
    DATA_TO_PORT("dataToPort", "`data_channel.resp_p`", "", "transfer: the port there"),
    CODE("code", "`reply_code`", "", "transfer: of the server's last reply"),
    OUTCOME("outcome", "", "`event.outcome`: `success`, of `unanswered` `unknown`, else `failure`",
            "transfer: `completed`, `failed`, `aborted`, `cut` or `unanswered`"),
    DATA_END("dataEnd", "", "", "transfer: how its connection ended: `closed`, `reset`, `target_refused`, `idle`, `cut`"),
    CLIENT_PROTECTION("clientProtection", "", "",
            "transfer: `private` (PROT P) or `clear`, the client's data connection; this and the next three in sessions with such TLS"),
    CLIENT_RESUMED("clientResumed", "", "`tls.resumed`", "transfer: whether it resumed its control connection's TLS; of `private` alone"),
    SERVER_PROTECTION("serverProtection", "", "", "transfer: the server's data connection, likewise"),
    SERVER_RESUMED("serverResumed", "", "", "transfer: likewise"),
    RULE("rule", "", "`rule.name`", "transfer: what let it go on; `(defaults)` where no rule did"),
    RULING("ruling", "", "", "transfer: `allowed`, or `too_large` when it moved more than the rule allows");

    /** Such as {@code clientIp}. */
    final String json;
    /** The same, written once for all lines. */
    final SerializableString name;
    /** In Zeek's ftp.log; empty where that has none. */
    final String zeek;
    /** In ECS; empty where that has none. */
    final String ecs;
    final String meaning;

    Field(String json, String zeek, String ecs, String meaning) {
        this.json = json;
        this.name = new SerializedString(json);
        this.zeek = zeek;
        this.ecs = ecs;
        this.meaning = meaning;
    }
}
