import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/**
 * Validates FHIR R4 resources with HL7's validator, offline. Arguments: a file with one path a line. Prints one line a
 * message, `severity TAB path TAB location TAB message`, and at the end the number of files.
 */
public class Validate {
  public static void main(String[] arguments) throws Exception {
    FhirContext context = FhirContext.forR4();
    FhirValidator validator = context.newValidator();
    validator.registerValidatorModule(new FhirInstanceValidator(new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context))));
    List<String> paths = Files.readAllLines(Path.of(arguments[0]));
    for (String path : paths) {
      String resource = Files.readString(Path.of(path));
      for (SingleValidationMessage message : validator.validateWithResult(resource).getMessages()) {
        if (message.getSeverity() == ResultSeverityEnum.INFORMATION) continue;
        System.out.println(String.join("\t", message.getSeverity().getCode(), path, message.getLocationString(),
            message.getMessage().replaceAll("\\s+", " ")));
      }
    }
    System.out.println(paths.size() + " files");
  }
}
