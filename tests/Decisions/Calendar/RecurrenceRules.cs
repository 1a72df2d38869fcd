using System.Globalization;
using CsCheck;
using Mail.Store;
using NodaTime;

namespace Mail.Tests.Decisions.Calendar;

/// <summary>Generated rules, each with a start.</summary>
public static class RecurrenceRules
{
    private static readonly string[] _weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private static readonly Gen<LocalDateTime> _starts = Gen.Select(
        Gen.Int[2020, 2030], Gen.Int[1, 365], Gen.Int[0, 23], Gen.Int[0, 59],
        (year, day, hour, minute) => new LocalDate(year, 1, 1).PlusDays(day - 1).At(new(hour, minute)));

    /// <summary>Texts of rules that are valid.</summary>
    public static Gen<string> Texts { get; } =
        from frequency in Word("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
        from interval in Gen.Int[1, 5]
        from months in List("BYMONTH", 1, 12, negative: false, one: 5)
        from weeks in List("BYWEEKNO", 1, 53, negative: true, one: frequency == "YEARLY" ? 6 : 0)
        from yearDays in List("BYYEARDAY", 1, 366, negative: true, one: frequency == "YEARLY" ? 6 : 0)
        from monthDays in List("BYMONTHDAY", 1, 31, negative: true, one: frequency == "WEEKLY" ? 0 : 4)
        from days in Days(frequency is "MONTHLY" or "YEARLY" && weeks.Length == 0)
        from hours in List("BYHOUR", 0, 23, negative: false, one: 5)
        from positions in List(
            "BYSETPOS", 1, 5, negative: true, one: (months + weeks + yearDays + monthDays + days + hours).Length > 0 ? 6 : 0)
        from start in Word("", "", ";WKST=SU", ";WKST=WE")
        from end in Gen.OneOf(
            Gen.Const(""), Gen.Int[1, 30].Select(count => string.Create(CultureInfo.InvariantCulture, $";COUNT={count}")),
            Gen.Int[2024, 2034].Select(year => string.Create(CultureInfo.InvariantCulture, $";UNTIL={year}0615T120000")))
        select $"FREQ={frequency}{(interval == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $";INTERVAL={interval}"))}{months}"
            + $"{weeks}{yearDays}{monthDays}{days}{hours}{positions}{start}{end}";

    /// <summary>Rules as text, with starts.</summary>
    public static Gen<(string Text, LocalDateTime Start)> All { get; } = Gen.Select(Texts, _starts);

    internal static void Sample(Action<RecurrenceRule, LocalDateTime> assert) => All.Sample(
        each => assert(RecurrenceRuleParser.Parse(each.Text, out var refusal) ?? throw new FormatException(refusal), each.Start),
        iter: 2000);

    private static Gen<string> Word(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static Gen<string> List(string name, int least, int most, bool negative, int one)
    {
        if (one == 0)
            return Gen.Const("");
        var number = negative
            ? Gen.Select(Gen.Int[least, most], Gen.Int[0, 2], (value, sign) => sign == 0 ? -value : value)
            : Gen.Int[least, most];
        return Gen.Int[1, one].SelectMany(draw => draw > 1
            ? Gen.Const("")
            : number.Array[1, 3].Select(numbers =>
                $";{name}={string.Join(',', numbers.Distinct().Order().Select(each => each.ToString(CultureInfo.InvariantCulture)))}"));
    }

    private static Gen<string> Days(bool areNumbered)
    {
        var day = Gen.Select(
            Word(_weekdays), Word("", "", "1", "2", "-1", "-2"), (name, nth) => areNumbered ? nth + name : name);
        return Gen.OneOf(
            Gen.Const(""), day.Array[1, 3].Select(days => $";BYDAY={string.Join(',', days.Distinct(StringComparer.Ordinal))}"));
    }
}
