// The staff page.
import "../desk/main";
