package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.admin.Answer;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsCommandTest {

    @ParameterizedTest
    @CsvSource({"true,true,client+server", "true,false,client", "false,true,server", "false,false,-"})
    void table_saysWithWhomTheGatewayItselfHasTls(boolean client, boolean server, String told) {
        var tls = new Answer.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", null, null);
        var session = new Answer.Session(
                "1a", "main", "192.0.2.10:40000", "203.0.113.1:21", "198.51.100.20:21", "demo", client ? tls : null, server ? tls : null,
                "ready", null, "NOOP", 3, 0, 0, 0, 0, null, null);
        assertThat(SessionsCommand.table(List.of(session)).lines().stream().skip(1)).singleElement().asString()
                .containsPattern(" 198\\.51\\.100\\.20:21 +" + Pattern.quote(told) + " +demo ");
    }
}
