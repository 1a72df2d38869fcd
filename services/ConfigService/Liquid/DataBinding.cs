using System.Globalization;
using System.Text.Json;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Liquid;

/// <summary>What is wrong with the data of an e-mail.</summary>
internal enum DataError
{
    /// <summary>The template needs it, and it is not there.</summary>
    Missing,

    /// <summary>Neither does the template use it nor declare it.</summary>
    Unknown,

    /// <summary>It is of another type than is declared.</summary>
    Type,

    /// <summary>It can't be read, for example since a name is there twice.</summary>
    Unreadable,
}

/// <summary>
/// Holds data against what a template uses and declares, and makes the values of a rendering of it. All that is wrong is told, in the
/// order in which it stands. Pure.
/// </summary>
/// <param name="refuse">Told what is wrong: where, by an RFC 6901 pointer into the data, which kind, and in words.</param>
internal sealed class DataBinding(Action<string, DataError, string> refuse)
{
    /// <summary>The values of the data, an object.</summary>
    internal LiquidObject Bind(JsonElement data, UsedVariable used, DeclaredVariable declared) =>
        BindObject(data, used, declared, "", isOpen: false);

    private object? Bind(JsonElement? value, UsedVariable? used, DeclaredVariable? declared, string pointer, bool isOpen)
    {
        if (value is null or { ValueKind: JsonValueKind.Null })
            return Absent(value is not null, used, declared, pointer);
        isOpen = isOpen || used is { IsWhole: true } || declared is { IsOpen: true };
        var json = value.Value;
        if (declared?.Type is { } type && DataTypes.WhyNot(json, type) is { } sentence)
        {
            refuse(pointer, DataError.Type, sentence);
            return null;
        }

        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return BindObject(json, used, declared, pointer, isOpen);
            case JsonValueKind.Array:
                return BindList(json, used, declared, pointer, isOpen);
            default:
                // A text has a size, and nothing else in it.
                foreach (var (name, member) in used?.Members ?? [])
                {
                    if (name != "size" || json.ValueKind != JsonValueKind.String)
                        Bind(value: null, member, declared: null, JsonPointer.To(pointer, name), isOpen);
                }

                return DataTypes.Scalar(json, declared?.Type, (error, sentence) => refuse(pointer, error, sentence));
        }
    }

    private object? Absent(bool isNull, UsedVariable? used, DeclaredVariable? declared, string pointer)
    {
        if (isNull && declared?.Type == VariableType.Any)
            return null;
        // What its author gave it as a default is not held against the uses. Where that is null, members may have defaults of their own.
        if (declared?.Default is { } otherwise)
        {
            if (otherwise.ValueKind != JsonValueKind.Null)
                return Bind(otherwise, used: null, new DeclaredType(declared.Type).Variable, pointer, isOpen: true);
            used = null;
        }

        // What is needed of it is missing, one by one, and may have defaults of its own.
        var members = new LiquidObject();
        var names = used is { IsWhole: true, IsRequired: true }
            ? []
            : NamesOf(used, declared).Where(name => !LiquidValue.IsOfLists(name)).ToList();
        foreach (var name in names)
        {
            AddAbsent(
                members, name, used?.Members.GetValueOrDefault(name), declared?.Members.GetValueOrDefault(name),
                JsonPointer.To(pointer, name));
        }

        if (used is { IsRequired: true } && !names.Exists(name => used.Members.GetValueOrDefault(name) is { IsRequired: true }))
            refuse(pointer, DataError.Missing, isNull ? "is null, and the template needs it" : "is missing, and the template needs it");
        return members.Count > 0 ? members : null;
    }

    private LiquidObject BindObject(JsonElement json, UsedVariable? used, DeclaredVariable? declared, string pointer, bool isOpen)
    {
        var bound = new LiquidObject();
        foreach (var field in json.EnumerateObject())
        {
            if (!JsonText.TryName(field, out var name) || name.Contains('\0', StringComparison.Ordinal))
            {
                refuse(pointer, DataError.Unreadable, "has a name that is not valid Unicode, or has NUL in it");
                continue;
            }

            var at = JsonPointer.To(pointer, name);
            var (member, declaration) = (used?.Members.GetValueOrDefault(name), declared?.Members.GetValueOrDefault(name));
            // What stands for each element stands for the fields of an object that a loop goes over.
            if (member is null && declaration is null && !isOpen && used?.Element is null)
                refuse(at, DataError.Unknown, "is neither used nor declared by the template");
            else if (!bound.TryAdd(name, Bind(field.Value, member, declaration, at, isOpen || used?.Element is not null)))
                refuse(at, DataError.Unreadable, "is given more than once");
        }

        foreach (var name in NamesOf(used, declared))
        {
            if (!bound.ContainsKey(name) && !(name == "size" && used!.Members.ContainsKey(name)))
            {
                AddAbsent(
                    bound, name, used?.Members.GetValueOrDefault(name), declared?.Members.GetValueOrDefault(name),
                    JsonPointer.To(pointer, name));
            }
        }

        return bound;
    }

    private static IEnumerable<string> NamesOf(UsedVariable? used, DeclaredVariable? declared) =>
        ((IEnumerable<string>?)used?.Members.Keys ?? []).Union((IEnumerable<string>?)declared?.Members.Keys ?? [], StringComparer.Ordinal);

    // What is not there has no field, so that a loop over the object does not see one.
    private void AddAbsent(LiquidObject bound, string name, UsedVariable? used, DeclaredVariable? declared, string pointer)
    {
        if (Bind(value: null, used, declared, pointer, isOpen: true) is { } otherwise)
            bound[name] = otherwise;
    }

    private List<object?> BindList(JsonElement json, UsedVariable? used, DeclaredVariable? declared, string pointer, bool isOpen)
    {
        var bound = new List<object?>();
        // What is used by its number alone is known, too.
        var isNumbered = used is { Element: null, Members.Count: > 0 };
        foreach (var element in json.EnumerateArray())
            bound.Add(Bind(element, used?.Element, declared?.Element, Of(bound.Count), isOpen || isNumbered));
        foreach (var (name, member) in used?.Members ?? [])
        {
            if (name == "size")
                continue;
            var index = name switch
            {
                "first" => bound.Count > 0 ? 0 : null,
                "last" => bound.Count > 0 ? bound.Count - 1 : null,
                _ => LiquidValue.IndexOf(name, bound.Count),
            };
            // Held against this use, too; its value is there already.
            if (index is { } found)
                new DataBinding(Missing).Bind(json[found], member, declared: null, Of(found), isOpen: true);
            else if (member.IsRequired)
            {
                refuse(
                    name is "first" or "last" ? Of(0) : JsonPointer.To(pointer, name), DataError.Missing,
                    "is missing, and the template needs it");
            }
        }

        return bound;

        string Of(int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");
    }

    private void Missing(string pointer, DataError error, string sentence)
    {
        if (error == DataError.Missing)
            refuse(pointer, error, sentence);
    }

    // The type of a variable without its default.
    private sealed class DeclaredType
    {
        internal DeclaredType(string? type)
        {
            var root = new DeclaredVariable();
            root.Declare("value", type, @default: null);
            Variable = root.Members["value"];
        }

        internal DeclaredVariable Variable { get; }
    }
}
