using System.Text.RegularExpressions;

namespace Mail.ConfigService.Rendering;

/// <summary>What a template may be called.</summary>
internal static partial class TemplateName
{
    internal const int Max = 128;

    internal const string Rule = "must be 1 to 128 of A-Z a-z 0-9 . _ -, and neither . nor ..";

    internal static bool IsValid(string name) => name is not ("." or "..") && Pattern().IsMatch(name);

    [GeneratedRegex(@"^[A-Za-z0-9._\-]{1,128}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
