package dev.sallyport.admin.http;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import dev.sallyport.admin.Answer;
import dev.sallyport.admin.Operator;
import dev.sallyport.ftp.Endpoint;
import dev.sallyport.ftp.FtpLine;
import dev.sallyport.session.SessionId;
import dev.sallyport.telemetry.LineLimit;
import dev.sallyport.telemetry.LiveSession;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to ask, and who answers it. What the log and the control socket say is said in the same words here. */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private static final int USUAL_SESSIONS = 200;
    private static final int MOST_SESSIONS = 10_000;
    /** Each takes the memory of all the metrics. */
    private static final int MOST_SCRAPES = 4;
    private static final int MOST_PATH_LOGGED = 100;
    private static final String SESSION = "/api/sessions/";
    private static final String ANY_SESSION = SESSION + "{id}";

    private static final Pattern BLANKS = Pattern.compile(" +");

    /** Paths, and what may be done there. */
    static final Map<String, List<HttpMethod>> METHODS = Map.of(
            "/metrics", List.of(GET), "/health/live", List.of(GET), "/health/ready", List.of(GET), "/api/sessions", List.of(GET),
            "/api/pinholes", List.of(GET), "/api/rules", List.of(GET), "/api/reload", List.of(POST),
            "/api/openapi.json", List.of(GET));

    /** The same of a path that stands for many, and of the one that {@link EventStreams} answers. */
    static final Map<String, List<HttpMethod>> MORE_METHODS = Map.of(
            ANY_SESSION, List.of(GET, DELETE), RequestHandler.EVENTS, List.of(GET));

    private record Sessions(int count, List<Answer.Session> sessions) {}

    private record SessionWithPinholes(Answer.Session session, List<Answer.Pinhole> pinholes) {}

    private record Pinholes(List<Answer.Pinhole> pinholes) {}

    private record Rules(List<?> rules) {}

    private record Health(String status, List<String> obstacles) {}

    private final Operator operator;
    private final Readiness readiness;
    private final Exposition exposition;
    private final StaticFiles files;
    private final Supplier<Credentials> credentials;
    private final LineLimit denials = new LineLimit();
    private final LineLimit errors = new LineLimit();
    /** All of this, for programs (OpenAPI 3.1). */
    private final Reply document = StaticFiles.read("/dev/sallyport/admin", "openapi.json");
    private final Semaphore scrapes = new Semaphore(MOST_SCRAPES);

    Routes(Operator operator, Readiness readiness, Exposition exposition, StaticFiles files, Supplier<Credentials> credentials) {
        this.operator = operator;
        this.readiness = readiness;
        this.exposition = exposition;
        this.files = files;
        this.credentials = credentials;
    }

    /** May take as long as a reload does. @param caller null when it has gone */
    Reply answer(HttpRequest request, @Nullable Endpoint caller) {
        try {
            return found(request, caller);
        } catch (RuntimeException bug) {
            var heldBack = errors.pass(System.nanoTime());
            if (heldBack != LineLimit.HELD_BACK) {
                LOG.error("error in answering a request{}", besides(heldBack), bug);
            }
            return Reply.problem(HttpResponseStatus.INTERNAL_SERVER_ERROR, "The gateway could not answer; its log says why.");
        }
    }

    private Reply found(HttpRequest request, @Nullable Endpoint caller) {
        String path;
        Map<String, List<String>> query;
        try {
            // Each is decoded only when it is asked for.
            var uri = new QueryStringDecoder(request.uri());
            path = uri.path();
            query = uri.parameters();
        } catch (IllegalArgumentException malformed) {
            return Reply.problem(HttpResponseStatus.BAD_REQUEST, "The address is malformed.");
        }
        var method = HttpMethod.HEAD.equals(request.method()) ? GET : request.method();
        var allowed = allowed(path);
        if (allowed.isEmpty()) {
            return Reply.problem(HttpResponseStatus.NOT_FOUND, "There is nothing here; the page at / shows what there is.");
        }
        if (!allowed.contains(method)) {
            return Reply.problem(HttpResponseStatus.METHOD_NOT_ALLOWED, "Only " + names(allowed) + " can be done here.")
                    .with(HttpHeaderNames.ALLOW.toString(), names(allowed));
        }
        var refusal = GET.equals(method) ? null : unauthorized(path, request, caller);
        return refusal != null ? refusal : answer(method, path, query, request);
    }

    private List<HttpMethod> allowed(String path) {
        var route = path.startsWith(SESSION) ? ANY_SESSION : path;
        return files.has(route) ? List.of(GET) : METHODS.getOrDefault(route, MORE_METHODS.getOrDefault(route, List.of()));
    }

    private static String names(List<HttpMethod> methods) {
        return String.join(", ", methods.stream().map(HttpMethod::name).toList());
    }

    /** Why a call that changes something is not carried out; null when it is. */
    private @Nullable Reply unauthorized(String path, HttpRequest request, @Nullable Endpoint caller) {
        var token = credentials.get().token();
        if (token == null) {
            return Reply.problem(HttpResponseStatus.FORBIDDEN,
                    "This gateway lets nobody change anything over HTTP: name a file with a token in telemetry.token.");
        }
        var given = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (given == null) {
            return Reply.problem(HttpResponseStatus.UNAUTHORIZED, "This call needs the header 'Authorization: Bearer TOKEN'.")
                    .with(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Bearer");
        }
        if (token.isIn(given)) {
            return null;
        }
        var heldBack = denials.pass(System.nanoTime());
        if (heldBack != LineLimit.HELD_BACK) {
            LOG.warn("event=http-denied what=\"wrong token\" caller={} path=\"{}\"{}",
                    caller, FtpLine.escape(path.substring(0, Math.min(path.length(), MOST_PATH_LOGGED))), besides(heldBack));
        }
        return Reply.problem(HttpResponseStatus.FORBIDDEN, "This is not the token of this gateway.");
    }

    private static String besides(long heldBack) {
        return heldBack == 0 ? "" : " heldBack=" + heldBack;
    }

    private Reply answer(HttpMethod method, String path, Map<String, List<String>> query, HttpRequest request) {
        if (path.startsWith(SESSION)) {
            return session(method, path.substring(SESSION.length()));
        }
        return switch (path) {
            case "/metrics" -> metrics(request.headers().get(HttpHeaderNames.ACCEPT));
            case "/health/live" -> Reply.json(new Health("up", List.of()));
            case "/health/ready" -> ready();
            case "/api/sessions" -> sessions(query);
            case "/api/pinholes" -> Reply.json(new Pinholes(operator.pinholes().stream().map(Answer.Pinhole::of).toList()));
            case "/api/rules" -> Reply.json(new Rules(operator.rules()));
            case "/api/reload" -> reload();
            case "/api/openapi.json" -> document;
            // Somebody asks for the head alone.
            case RequestHandler.EVENTS -> Reply.file(RequestHandler.EVENT_STREAM, new byte[0]);
            default -> files.file(path);
        };
    }

    private Reply metrics(@Nullable String accept) {
        if (!scrapes.tryAcquire()) {
            return Reply.problem(HttpResponseStatus.SERVICE_UNAVAILABLE, MOST_SCRAPES + " ask for metrics already; ask again.")
                    .with(HttpHeaderNames.RETRY_AFTER.toString(), "1");
        }
        try {
            // What runs is counted as it is now, and not only when it has ended.
            operator.look();
            return exposition.in(accept);
        } finally {
            scrapes.release();
        }
    }

    private Reply ready() {
        var obstacles = readiness.obstacles();
        return obstacles.isEmpty()
                ? Reply.json(new Health("ready", obstacles))
                : Reply.json(HttpResponseStatus.SERVICE_UNAVAILABLE, new Health("not ready", obstacles));
    }

    private Reply sessions(Map<String, List<String>> asked) {
        var limit = limit(first(asked, "limit"));
        if (limit < 0) {
            return Reply.problem(HttpResponseStatus.BAD_REQUEST, "limit is a number from 1 to " + MOST_SESSIONS + ".");
        }
        var gateway = first(asked, "gateway");
        var words = BLANKS.splitAsStream(Objects.requireNonNullElse(first(asked, "q"), "").toLowerCase(Locale.ROOT)).toList();
        var found = sessions().map(Routes::told)
                .filter(session -> gateway == null || session.gateway().equals(gateway))
                .filter(session -> words.stream().allMatch(searchable(session)::contains));
        var all = found.toList();
        return Reply.json(new Sessions(all.size(), all.subList(0, Math.min(limit, all.size()))));
    }

    /** As somebody has just looked at what they move. */
    private Stream<LiveSession> sessions() {
        operator.look();
        return operator.sessions().stream();
    }

    private static Answer.Session told(LiveSession live) {
        return Answer.Session.of(live, live.running());
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return USUAL_SESSIONS;
        }
        try {
            var limit = Integer.parseInt(text);
            return limit >= 1 && limit <= MOST_SESSIONS ? limit : -1;
        } catch (NumberFormatException noNumber) {
            return -1;
        }
    }

    /** What the page searches too. */
    private static String searchable(Answer.Session session) {
        return Stream.of(
                        session.id(), session.user(), session.client(), session.address(), session.server(), session.gateway(),
                        session.state(), session.transfer())
                .filter(Objects::nonNull).collect(Collectors.joining("\n")).toLowerCase(Locale.ROOT);
    }

    private static @Nullable String first(Map<String, List<String>> asked, String name) {
        return asked.getOrDefault(name, List.of()).stream().findFirst().orElse(null);
    }

    private Reply session(HttpMethod method, String text) {
        var id = SessionId.parse(text);
        if (id == null) {
            return missing(text);
        }
        if (DELETE.equals(method)) {
            if (!operator.kill(id)) {
                return missing(text);
            }
            LOG.info("session={} event=kill by=http", id);
            return Reply.nothing();
        }
        var pinholes = operator.pinholes().stream().filter(pinhole -> pinhole.id().session().equals(id)).map(Answer.Pinhole::of).toList();
        return sessions().filter(session -> session.id().equals(id)).findFirst()
                .map(session -> Reply.json(new SessionWithPinholes(told(session), pinholes)))
                .orElseGet(() -> missing(text));
    }

    private static Reply missing(String id) {
        return Reply.problem(HttpResponseStatus.NOT_FOUND, "There is no session " + FtpLine.escape(id) + "; it may have ended.");
    }

    private Reply reload() {
        var reloaded = operator.reload();
        return Reply.json(
                reloaded.mistakes() == null ? HttpResponseStatus.OK : HttpResponseStatus.UNPROCESSABLE_ENTITY, reloaded);
    }
}
