package dev.sallyport.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.sallyport.ftp.Addresses;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.ftp.Verb;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Why a field of a rule is not met, in words for the administrator who asks. */
final class Reasons {

    private static final String[] DAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

    private final Scope scope;
    private final Question question;

    Reasons(Scope scope, Question question) {
        this.scope = scope;
        this.question = question;
    }

    /** Why a field that a match names is false. */
    String against(Conditions.Field field, Match match) {
        var facts = scope.facts();
        return switch (field) {
            case COMMANDS -> verb() + " is not " + list(match.verbs());
            case DIRECTION -> Direction.of(question.verb()) == null
                    ? verb() + " transfers nothing"
                    : verb() + " is not " + list(match.directions());
            case LOGIN -> facts.loggedIn() ? "the user has logged in" : "nobody has logged in";
            case TLS -> "the connection is " + word(facts.tls()) + ", not " + list(match.tls());
            case MODE -> mode(match);
            case FROM -> "client " + text(facts.client()) + " is not in " + list(match.from());
            case TO -> "server " + text(facts.server()) + " is not in " + list(match.to());
            case GATEWAY -> "gateway '" + facts.gateway() + "' is not " + list(match.gateways());
            case TIME -> "it is " + time() + ", not " + match.times();
            case USERS -> question.user(facts).isEmpty()
                    ? "no user is named"
                    : "user '" + FtpLine.escape(question.user(facts)) + "' is not " + list(match.users());
            case SUBJECT -> facts.subject().isEmpty()
                    ? "the client has shown no certificate"
                    : "the certificate's subject '" + FtpLine.escape(facts.subject()) + "' is not " + list(match.subjects());
            case ARGUMENTS -> question.verb().secret()
                    ? "the argument of " + verb() + " is a secret"
                    : "'" + FtpLine.escape(argument()) + "' is not " + list(match.arguments());
            case PATHS -> path(match);
            case DATA_FROM -> verb() + " asks for no passive port";
            case DATA_TO -> thirdParty(match);
        };
    }

    /** What it is that is not known. */
    String unknown(Truth truth) {
        return switch (truth) {
            case USER_UNKNOWN -> question.user(scope.facts()).isEmpty()
                    ? "who is logged in was not seen"
                    : "the user's name holds a CR or a NUL";
            case ARGUMENT_UNKNOWN -> "the argument holds a CR or a NUL";
            case PATH_UNKNOWN -> question.lacksDirectory() ? "the directory is not known" : "the path cannot be told";
            case TRUE, FALSE -> throw new IllegalArgumentException("known: " + truth);
        };
    }

    /** What a block of exceptions is about. */
    String exception(Match block) {
        return "unless " + Conditions.named(block).stream().map(field -> switch (field) {
            case COMMANDS -> list(block.verbs());
            case DIRECTION -> list(block.directions());
            case LOGIN -> Objects.equals(block.loggedIn(), true) ? "after login" : "before login";
            case TLS -> list(block.tls());
            case MODE -> list(block.modes());
            case FROM -> "from " + list(block.from());
            case TO -> "to " + list(block.to());
            case GATEWAY -> "gateway " + list(block.gateways());
            case TIME -> String.valueOf(block.times());
            case USERS -> "user " + list(block.users());
            case SUBJECT -> "subject " + list(block.subjects());
            case ARGUMENTS -> "argument " + list(block.arguments());
            case PATHS -> "path " + list(block.paths());
            case DATA_FROM -> "data from another";
            case DATA_TO -> "data to " + list(block.dataTo());
        }).collect(Collectors.joining(", "));
    }

    private String mode(Match match) {
        var mode = question.mode();
        return mode == null ? verb() + " has no data connection" : "the mode is " + word(mode) + ", not " + list(match.modes());
    }

    private String time() {
        var minute = question.minuteOfWeek();
        return DAYS[minute / Times.MINUTES_OF_DAY] + " " + Times.clock(minute % Times.MINUTES_OF_DAY);
    }

    private String argument() {
        return new String(question.argument().copy(), ISO_8859_1);
    }

    private String path(Match match) {
        var path = FtpLine.escape(new String(question.paths().copy(), ISO_8859_1));
        return switch (question.path()) {
            case NONE -> verb() + " takes no path";
            case EXACT -> path + " is not " + list(match.paths());
            case BELOW -> "nothing below " + path + " is " + list(match.paths());
            case UNKNOWN -> "the path cannot be told";
        };
    }

    private String thirdParty(Match match) {
        var address = question.thirdParty(scope.facts());
        return address == null ? "no third party is named" : "third party " + text(address) + " is not in " + list(match.dataTo());
    }

    private String verb() {
        return question.verb() == Verb.UNKNOWN ? question.command().name() : question.verb().name();
    }

    private static String text(InetAddress address) {
        return Addresses.text(address, false);
    }

    private static String list(Collection<?> entries) {
        return entries.stream().map(Reasons::word).collect(Collectors.joining(", "));
    }

    private static String word(Object entry) {
        return switch (entry) {
            case Verb.UNKNOWN -> "unknown";
            case Verb verb -> verb.name();
            case DataMode mode -> mode == DataMode.NONE ? "none" : mode.name();
            case Enum<?> other -> other.name().toLowerCase(Locale.ROOT);
            default -> entry.toString();
        };
    }
}
