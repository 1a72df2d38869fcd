using Mail.Store;

namespace Mail.ConfigService.Liquid;

/// <summary>The types that a variable may be declared with.</summary>
internal static class VariableType
{
    internal const string Text = "string";
    internal const string Number = "number";
    internal const string Boolean = "boolean";

    /// <summary>An RFC 3339 time; it is formatted in the time zone of the e-mail.</summary>
    internal const string Date = "date";

    internal const string Array = "array";
    internal const string Object = "object";

    /// <summary>Markup that is not escaped.</summary>
    internal const string Html = "html";

    /// <summary>Whatever there is, null too.</summary>
    internal const string Any = "any";

    internal static IReadOnlyList<string> All { get; } = [Text, Number, Boolean, Date, Array, Object, Html, Any];
}

/// <summary>A field that says of which type a variable is.</summary>
internal sealed class VariableTypeAttribute() : WordsAttribute(
    "`number` keeps its digits, also beyond 2^53. `date` is an RFC 3339 time, formatted in the e-mail's time zone, else in UTC. `html` "
    + "alone is not escaped. `any` may be null.",
    VariableType.All);
