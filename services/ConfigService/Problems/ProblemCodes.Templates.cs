namespace Mail.ConfigService.Problems;

/// <summary>Those of templates.</summary>
internal static partial class ProblemCodes
{
    internal static readonly ProblemCode TemplateInvalid = new(
        "template_invalid", 422, "A template can't be read or rendered; errors says where, with line and column.",
        """{"errors":{"/html":["line 3, column 7: the filter upcsae is not known here"]}}""");
    internal static readonly ProblemCode TemplateVariableMissing = new(
        "template_variable_missing", 422, "The data of an e-mail lacks what its template needs; a null lacks it, too.",
        """{"errors":{"/template/data/user/name":["is missing, and the template needs it"]}}""");
    internal static readonly ProblemCode TemplateVariableUnknown = new(
        "template_variable_unknown", 422, "The data of an e-mail has what its template neither uses nor declares: perhaps a typo.",
        """{"errors":{"/template/data/nmae":["is neither used nor declared by the template"]}}""");
    internal static readonly ProblemCode TemplateVariableType = new(
        "template_variable_type", 422, "A value is of another type than the template declares.",
        """{"errors":{"/template/data/total":["must be of type number, and is a string"]}}""");
    internal static readonly ProblemCode TemplateNotFound = new(
        "template_not_found", 404, "This client has no template of this name, or no longer: 404 in a path, 422 where an e-mail names it.");
    internal static readonly ProblemCode TemplateVersionNotFound = new(
        "template_version_not_found", 404, "The template has no such version: 404 in a path or a preview, 422 where an e-mail names it.");
    internal static readonly ProblemCode TemplateTooCostly = new(
        "template_too_costly", 422, "A rendering takes more steps, space or time than one may.",
        """{"errors":{"/template":["has a range of more than 10000 numbers"]}}""");
    internal static readonly ProblemCode TooManyTemplates = new(
        "too_many_templates", 422, "The client has 200 templates already: delete one that is no longer used.");
}
