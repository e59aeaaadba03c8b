package dev.sallyport.admin.http;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;
import static java.util.stream.Collectors.joining;

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
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What there is to ask, and who answers it. What the log and the control socket say is said in the same words here. */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    /** Each takes the memory of all the metrics, or of all the sessions. */
    private static final int MOST_TURNS = 4;
    private static final int MOST_PATH_LOGGED = 100;
    private static final String SESSION = "/api/sessions/";
    private static final String ANY_SESSION = SESSION + "{id}";

    /** Paths, and what may be done there. One stands for many; another is answered by {@link EventStreams}. */
    static final Map<String, List<HttpMethod>> METHODS = Map.of(
            "/metrics", List.of(GET), "/health/live", List.of(GET), "/health/ready", List.of(GET), "/api/sessions", List.of(GET),
            "/api/pinholes", List.of(GET), "/api/rules", List.of(GET), "/api/reload", List.of(POST),
            "/api/openapi.json", List.of(GET), ANY_SESSION, List.of(GET, DELETE), RequestHandler.EVENTS, List.of(GET));

    private record Sessions(int count, List<Answer.Session> sessions) {}

    private record SessionWithPinholes(Answer.Session session, List<Answer.Pinhole> pinholes) {}

    private record Pinholes(List<Answer.Pinhole> pinholes) {}

    private record Rules(List<?> rules) {}

    private record Health(String status, List<String> obstacles) {}

    private final Operator operator;
    private final SharedLook look;
    private final Readiness readiness;
    private final Exposition exposition;
    private final StaticFiles files;
    private final Supplier<Credentials> credentials;
    private final LineLimit denials = new LineLimit();
    private final LineLimit errors = new LineLimit();
    /** All of this, for programs (OpenAPI 3.1). */
    private final Reply document = StaticFiles.read("/dev/sallyport/admin", "openapi.json");
    private final Semaphore turns = new Semaphore(MOST_TURNS);

    Routes(
            Operator operator, SharedLook look, Readiness readiness, Exposition exposition, StaticFiles files,
            Supplier<Credentials> credentials) {
        this.operator = operator;
        this.look = look;
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
        return refusal != null ? refusal : answer(method, path, query, request, caller);
    }

    private List<HttpMethod> allowed(String path) {
        var route = path.startsWith(SESSION) ? ANY_SESSION : path;
        return files.has(route) ? List.of(GET) : METHODS.getOrDefault(route, List.of());
    }

    private static String names(List<HttpMethod> methods) {
        return methods.stream().flatMap(method -> GET.equals(method) ? Stream.of(GET, HttpMethod.HEAD) : Stream.of(method))
                .map(HttpMethod::name).collect(joining(", "));
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

    private Reply answer(
            HttpMethod method, String path, Map<String, List<String>> query, HttpRequest request, @Nullable Endpoint caller) {
        if (path.startsWith(SESSION)) {
            return session(method, path.substring(SESSION.length()), caller);
        }
        return switch (path) {
            case "/metrics" -> metrics(request.headers().get(HttpHeaderNames.ACCEPT));
            case "/health/live" -> Reply.json(new Health("up", List.of()));
            case "/health/ready" -> ready();
            case "/api/sessions" -> sessions(query);
            case "/api/pinholes" -> pinholes();
            case "/api/rules" -> Reply.json(new Rules(operator.rules()));
            case "/api/reload" -> reload(caller);
            case "/api/openapi.json" -> document;
            // Somebody asks for the head alone.
            case RequestHandler.EVENTS -> Reply.file(RequestHandler.EVENT_STREAM, new byte[0]);
            default -> files.file(path);
        };
    }

    private Reply metrics(@Nullable String accept) {
        return inTurn(() -> {
            // What runs is counted while it does, and not only when it has ended.
            look.look();
            operator.catchUp();
            return exposition.in(accept);
        });
    }

    private Reply ready() {
        var obstacles = readiness.obstacles();
        return obstacles.isEmpty()
                ? Reply.json(new Health("ready", obstacles))
                : Reply.json(HttpResponseStatus.SERVICE_UNAVAILABLE, new Health("not ready", obstacles));
    }

    private Reply sessions(Map<String, List<String>> asked) {
        var query = SessionQuery.of(asked);
        if (query == null) {
            return Reply.problem(HttpResponseStatus.BAD_REQUEST, "limit is a number from 1 to " + SessionQuery.MOST + ".");
        }
        return inTurn(() -> {
            look.look();
            var found = operator.sessions().stream().filter(query::finds).toList();
            return Reply.json(new Sessions(found.size(), found.stream().limit(query.most()).map(Routes::told).toList()));
        });
    }

    private Reply pinholes() {
        return inTurn(() -> Reply.json(new Pinholes(operator.pinholes().stream().map(Answer.Pinhole::of).toList())));
    }

    /** What takes the longer the more is open: a few at a time. */
    private Reply inTurn(Supplier<Reply> answer) {
        if (!turns.tryAcquire()) {
            return Reply.problem(HttpResponseStatus.SERVICE_UNAVAILABLE, MOST_TURNS + " ask for as much already; ask again.")
                    .with(HttpHeaderNames.RETRY_AFTER.toString(), "1");
        }
        try {
            return answer.get();
        } finally {
            turns.release();
        }
    }

    private static Answer.Session told(LiveSession live) {
        return Answer.Session.of(live, live.running());
    }

    private Reply session(HttpMethod method, String text, @Nullable Endpoint caller) {
        var id = SessionId.parse(text);
        if (id == null) {
            return missing(text);
        }
        if (DELETE.equals(method)) {
            if (!operator.kill(id)) {
                return missing(text);
            }
            LOG.info("session={} event=kill by=http caller={}", id, caller);
            return Reply.nothing();
        }
        look.look();
        var session = operator.session(id);
        return session == null
                ? missing(text)
                : Reply.json(new SessionWithPinholes(told(session), operator.pinholes(id).stream().map(Answer.Pinhole::of).toList()));
    }

    private static Reply missing(String id) {
        return Reply.problem(HttpResponseStatus.NOT_FOUND, "There is no session " + FtpLine.escape(id) + "; it may have ended.");
    }

    private Reply reload(@Nullable Endpoint caller) {
        LOG.info("event=reload by=http caller={}", caller);
        var reloaded = operator.reload();
        return Reply.json(
                reloaded.mistakes() == null ? HttpResponseStatus.OK : HttpResponseStatus.UNPROCESSABLE_ENTITY, reloaded);
    }
}
