package dev.sallyport.cli;

import dev.sallyport.admin.RuleHits;
import dev.sallyport.cli.TextTable.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport rules}: how often each rule of a running gateway has decided. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the rules of a running gateway and how often each has decided; a reload keeps the count of a rule",
            "whose name stays. The last line counts what no rule matched."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:listed", "2:wrong usage, or no gateway answers"})
final class RulesCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ControlOptions control;

    private RulesCommand() {}

    @Override
    public Integer call() throws CommandFailure {
        return control.list("rules", answer -> table(ControlOptions.present(answer.rules())));
    }

    private static TextTable table(List<RuleHits> rules) {
        var table = new TextTable(Column.text("GATEWAY"), Column.text("RULE SET"), Column.text("RULE"), Column.number("HITS"));
        rules.forEach(rule -> table.row(rule.gateway(), rule.rules(), rule.rule(), Long.toString(rule.hits())));
        return table;
    }
}
