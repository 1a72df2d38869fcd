using System.Text.Json;
using System.Text.RegularExpressions;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Templates;

/// <summary>Reads the variables that a template declares.</summary>
internal static partial class DeclaredVariables
{
    private const int Most = 500;

    /// <summary>Reads the field <c>variables</c>.</summary>
    internal static List<TemplateVariable> Read(ObjectReader fields)
    {
        const string Field = "variables";
        var (errors, variables) = (fields.Errors, new List<TemplateVariable>());
        if (fields.Value(Field) is not { } element)
            return variables;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(fields.Pointer(Field), "must be an object of variables by name");
            return variables;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in element.EnumerateObject())
        {
            if (!JsonText.TryName(entry, out var name) || !(Name().IsMatch(name) || IsOnlyUsed(entry.Value)))
            {
                errors.Add(
                    fields.Pointer(Field),
                    "has a name that is none: letters, digits, _ and -, with dots before members and [] behind lists");
            }
            else if (!names.Add(name))
                errors.Add(JsonPointer.To(fields.Pointer(Field), name), "is given more than once", ProblemCodes.DuplicateField);
            else if (ReadOne(name, entry.Value, JsonPointer.To(fields.Pointer(Field), name), errors) is { } variable)
                variables.Add(variable);
        }

        if (variables.Count > Most)
            errors.Add(fields.Pointer(Field), $"has more than {Most} variables");
        return [.. variables.OrderBy(variable => variable.Name, StringComparer.Ordinal)];
    }

    // Null where it declares nothing, as those do that an answer shows and the template only uses.
    private static TemplateVariable? ReadOne(string name, JsonElement element, string pointer, Errors errors)
    {
        var reader = new ObjectReader(element, pointer, errors, "type", "default", "required", "declared");
        var type = reader.Text("type", 20);
        if (type is not null && !VariableType.All.Contains(type, StringComparer.Ordinal))
            errors.Add($"{pointer}/type", $"must be one of {string.Join(", ", VariableType.All)}");
        // Null is a default, and no field that is left out; but for one that is required, as answers show those without a default.
        var otherwise = FieldOf(element, "default");
        if (reader.Flag("required") == true && otherwise is { ValueKind: JsonValueKind.Null })
            otherwise = null;
        if (otherwise is { ValueKind: not JsonValueKind.Null } given && type is not null && DataTypes.WhyNot(given, type) is { } sentence)
            errors.Add($"{pointer}/default", sentence, ProblemCodes.TemplateVariableType);
        var json = otherwise is null ? null : TemplateData.Compact(otherwise.Value, $"{pointer}/default", errors);
        return reader.Flag("declared") == false || (type is null && json is null) ? null : new(name, type ?? VariableType.Any, json);
    }

    // A template may use other names, as in user["first name"]. An answer shows them, and may be sent back.
    private static bool IsOnlyUsed(JsonElement variable) => FieldOf(variable, "declared")?.ValueKind == JsonValueKind.False;

    // Not by TryGetProperty, which throws where a name beside it is not valid Unicode.
    private static JsonElement? FieldOf(JsonElement element, string field)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var entry in element.EnumerateObject())
        {
            if (JsonText.TryName(entry, out var name) && name == field)
                return entry.Value;
        }

        return null;
    }

    [GeneratedRegex(
        @"^[A-Za-z_][A-Za-z0-9_\-]{0,63}(\[\])?(\.[A-Za-z0-9_][A-Za-z0-9_\-]{0,63}(\[\])?){0,10}\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
