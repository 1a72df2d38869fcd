using System.Text.Json;
using System.Text.Json.Serialization;
using Mail.ConfigService.Liquid;
using Mail.Store;

namespace Mail.ConfigService.Templates;

/// <summary>A variable that a template declares or uses.</summary>
/// <param name="Type">Its type; <c>any</c> where none is declared.</param>
/// <param name="Required">Whether data must have it.</param>
/// <param name="Declared">Whether the template declares it; if not, it only uses it, and null counts as missing.</param>
/// <param name="Default">What stands in for it where data leaves it out; null also where there is none, and it is required then.</param>
// The default is always written. In the document's examples it is left out: linters take what has a type and a default for a schema.
public sealed record VariableView(
    [property: VariableType] string Type, bool Required, bool Declared,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Default)
{
    /// <summary>Those of a template by name, with dots before members and <c>[]</c> behind lists.</summary>
    internal static IReadOnlyDictionary<string, VariableView> From(Template template)
    {
        var variables = new SortedDictionary<string, VariableView>(StringComparer.Ordinal);
        AddMembers(variables, "", template.Used, template.Declared);
        return variables;
    }

    private static void AddMembers(
        SortedDictionary<string, VariableView> variables, string prefix, UsedVariable? used, DeclaredVariable? declared)
    {
        var names = ((IEnumerable<string>?)used?.Members.Keys ?? [])
            .Union((IEnumerable<string>?)declared?.Members.Keys ?? [], StringComparer.Ordinal);
        foreach (var name in names.Where(
            name => prefix.Length == 0 || !LiquidValue.IsOfLists(name) || declared?.Members.ContainsKey(name) == true))
        {
            Add(variables, prefix + name, used?.Members.GetValueOrDefault(name), declared?.Members.GetValueOrDefault(name));
        }
    }

    private static void Add(SortedDictionary<string, VariableView> variables, string name, UsedVariable? used, DeclaredVariable? declared)
    {
        variables[name] = new(
            declared?.Type ?? VariableType.Any, IsRequired(used, declared), declared?.Type is not null || declared?.Default is not null,
            declared?.Default);
        AddMembers(variables, $"{name}.", used, declared);
        if (used?.Element is not null || declared?.Element is not null)
            AddElement(variables, $"{name}[]", used?.Element, declared?.Element);
    }

    private static void AddElement(
        SortedDictionary<string, VariableView> variables, string name, UsedVariable? used, DeclaredVariable? declared)
    {
        if (declared?.Type is not null)
            variables[name] = new(declared.Type, IsRequired(used, declared), Declared: true, declared.Default);
        AddMembers(variables, $"{name}.", used, declared);
        if (used?.Element is not null || declared?.Element is not null)
            AddElement(variables, $"{name}[]", used?.Element, declared?.Element);
    }

    // One whose needed members all have defaults is not needed itself.
    private static bool IsRequired(UsedVariable? used, DeclaredVariable? declared)
    {
        if (used is not { IsRequired: true } || declared?.Default is not null)
            return false;
        var needed = used.Members.Where(member => member.Value.IsRequired && !LiquidValue.IsOfLists(member.Key)).ToList();
        return used.IsWhole || used.Element is not null || needed.Count == 0
            || needed.Exists(member => IsRequired(member.Value, declared?.Members.GetValueOrDefault(member.Key)));
    }
}

/// <summary>A field that says which variables a template has.</summary>
internal sealed class TemplateVariablesAttribute() : HoldsAttribute(
    "What a template declares and what it uses, by name: with dots before members and `[]` behind lists.");
