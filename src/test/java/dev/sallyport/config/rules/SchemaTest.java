package dev.sallyport.config.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.config.yaml.MistakeCases;
import dev.sallyport.config.yaml.MistakeCases.Mistake;
import dev.sallyport.ftp.Verb;
import dev.sallyport.rules.Check;
import dev.sallyport.rules.CommandGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code rules/schema.json} tells editors what the reader reads. */
class SchemaTest {

    private static final Path SCHEMA = Path.of("rules/schema.json");
    private static final JsonMapper JSON = new JsonMapper();

    /** What a schema cannot see: what depends on another place in the file, on arithmetic, or on the host. */
    private static final List<String> BEYOND = List.of(
            "a rule's name: twice",
            "the zone: nearly right",
            "the zone: no such",
            "from: bits behind the prefix",
            "from: bits behind the prefix, IPv6",
            "from: a name that nearly is there",
            "from: a name in a file that names none",
            "commands: a command in lower case",
            "commands: a group, nearly right",
            "commands: an own group, nearly right",
            "commands: a group like none",
            "groups: one that holds itself",
            "groups: a circle",
            "arguments: of a password",
            "paths: two stars in a word",
            "paths: a set that nobody closes",
            "paths: a backslash at the end",
            "users: a range backwards",
            "users: an empty set",
            "tlsSubject: a range without an end",
            "reply: 421 with deny",
            "size: of what moves no file",
            "dataTo: the whole world",
            "dataTo: wide clients, IPv6",
            "logins: the longest delay shorter than the first",
            "logins: the first delay longer than the longest by default");

    private final JsonNode text = JSON.readTree(SCHEMA.toFile());
    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text);

    @Test
    void words_are_those_of_the_code() {
        assertThat(strings("/$defs/verb/enum")).containsExactlyElementsOf(
                Arrays.stream(Verb.values()).filter(verb -> verb != Verb.UNKNOWN).map(Enum::name).toList());
        assertThat(strings("/$defs/builtIn/enum")).containsExactlyElementsOf(
                Arrays.stream(CommandGroup.values()).map(CommandGroup::text).toList());
        assertThat(text.at("/properties/checks/properties").propertyNames())
                .containsExactlyElementsOf(Arrays.stream(Check.values()).map(Check::key).toList());
        for (var check : Check.values()) {
            var property = text.at("/properties/checks/properties/" + check.key());
            assertThat(property.at("/default").asString()).isEqualTo(check.usual().name().toLowerCase(Locale.ROOT));
            assertThat(property.at("/description").asString()).isEqualTo(check.attack());
        }
    }

    @Test
    void good_sets_fit() throws IOException {
        assertThat(schema.validate(tree(RuleFileTest.EVERYTHING))).isEmpty();
        assertThat(schema.validate(tree(RuleFileTest.SMALLEST))).isEmpty();
        for (var file : ReadyRuleSetsTest.files()) {
            assertThat(schema.validate(tree(Files.readString(file)))).as("%s", file).isEmpty();
        }
    }

    @Test
    void mistakes_do_not_fit_but_for_those_beyond_a_schema() throws IOException {
        var fitting = new ArrayList<String>();
        for (var mistake : MistakeCases.read(RuleMistakesTest.CASES)) {
            if (fits(mistake)) {
                fitting.add(mistake.title());
            }
        }
        assertThat(fitting).containsExactlyElementsOf(BEYOND);
    }

    private boolean fits(Mistake mistake) {
        try {
            return schema.validate(tree(mistake.file())).isEmpty();
        } catch (YamlEngineException noYaml) {
            return false;
        }
    }

    private List<String> strings(String pointer) {
        return text.at(pointer).valueStream().map(JsonNode::asString).toList();
    }

    private static JsonNode tree(String yaml) {
        var settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
        return JSON.valueToTree(new Load(settings).loadFromString(yaml));
    }
}
