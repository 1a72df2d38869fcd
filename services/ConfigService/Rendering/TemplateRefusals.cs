using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.Http;

namespace Mail.ConfigService.Rendering;

/// <summary>What is refused where templates are rendered.</summary>
internal static class TemplateRefusals
{
    /// <summary>Of data that a version can't do with, and of renderings that can't go on.</summary>
    internal static ProblemCode[] OfData =>
        [
            ProblemCodes.TemplateInvalid, ProblemCodes.TemplateVariableMissing, ProblemCodes.TemplateVariableType,
            ProblemCodes.TemplateTooCostly,
        ];

    /// <summary>Wherever e-mails are written.</summary>
    internal static ProblemCode[] OfEmails =>
    [
        ProblemCodes.ConflictingFields, .. OfData, ProblemCodes.TemplateVariableUnknown, Unprocessable(ProblemCodes.TemplateNotFound),
        Unprocessable(ProblemCodes.TemplateVersionNotFound),
    ];

    private static ProblemCode Unprocessable(ProblemCode code) => code with { Status = StatusCodes.Status422UnprocessableEntity };
}
